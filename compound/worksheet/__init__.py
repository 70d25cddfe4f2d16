"""Rows and words on paper: the sheet to weigh from, the completed record, the record of quality control."""
