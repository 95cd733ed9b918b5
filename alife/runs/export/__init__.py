"""What a run has left, as files for other programs: CSV, Parquet, TensorBoard."""
