"""The one path from an order to its sheet, and a sheet verified by going it again."""
