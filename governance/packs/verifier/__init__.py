"""The program that goes into every pack and checks it: one file that imports nothing of ours. See verify.py."""
