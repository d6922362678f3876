"""What the demo's incidents add to the demo company."""

from governance.core.contributions import DemoPart, contribute
from incidents.demo import telling

contribute(DemoPart("incidents", telling.tell))
