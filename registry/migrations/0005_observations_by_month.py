"""Keep observations by months on PostgreSQL: apart from the tables, whose indexes are made at the end of their migration."""

from django.db import migrations

from registry.usage.partitions import PartitionObservations


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_observations")]

    operations = [PartitionObservations()]
