require("contract").verify "tryton"
