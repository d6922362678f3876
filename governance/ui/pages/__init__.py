"""The bases of pages: list, object, action, wizard and job; see the docstring of `governance.ui` for how to use them."""

from governance.ui.pages.action import ActionPage
from governance.ui.pages.base import Page, go, is_fragment
from governance.ui.pages.job import JobPage
from governance.ui.pages.list import Empty, ListPage, PageAction, View
from governance.ui.pages.object import Button, Fact, Header, Next, ObjectPage, Tab
from governance.ui.pages.wizard import Step, WizardPage

__all__ = [
    "ActionPage",
    "Button",
    "Empty",
    "Fact",
    "Header",
    "JobPage",
    "ListPage",
    "Next",
    "ObjectPage",
    "Page",
    "PageAction",
    "Step",
    "Tab",
    "View",
    "WizardPage",
    "go",
    "is_fragment",
]
