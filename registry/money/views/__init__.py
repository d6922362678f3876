"""Pages of money: spend, limits, prices, exchange rates, chargeback."""
