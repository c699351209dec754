// danfojs needs tensors for its numeric columns only: the core and its CPU backend, without the layers, the data and the WebGL packages.
require("@tensorflow/tfjs-backend-cpu");
module.exports = require("@tensorflow/tfjs-core");
