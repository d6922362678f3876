"""The only writers of prices, exchange rates and spend limits, and of what follows from them."""
