"""Forms 在线填报 made out of contracts: their fields, what people give in, and the batches that it becomes."""
