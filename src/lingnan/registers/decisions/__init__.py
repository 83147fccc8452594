"""What clerks decided about pairs of records: same, different, unsure; remembered, taken back, and read by every build of the register."""
