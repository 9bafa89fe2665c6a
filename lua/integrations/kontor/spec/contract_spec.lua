require("contract").verify "kontor"
