// danfojs depends on xlsx by a CDN address, which an offline install cannot reach; Palette reads no spreadsheets.
module.exports = {};
