-- What every integration must pass, against the API as spec/world.lua plays it.
require("contract").verify "{{name}}"
