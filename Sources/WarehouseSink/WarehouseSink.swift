// Filled by the first commit of WarehouseSink.
