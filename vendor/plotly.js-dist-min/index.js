// danfojs's plotting is not used: charts are Observable Plot's.
module.exports = {};
