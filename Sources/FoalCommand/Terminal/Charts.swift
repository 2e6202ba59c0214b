// Numbers, colours and widths are written by every command.
@_exported public import Charts
