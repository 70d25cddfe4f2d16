"""Pages, fonts, pictures and attachments of a PDF; knows no plan."""
