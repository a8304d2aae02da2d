// Makes the AWS provider's index.js load its 1,500 modules on first use: each line
//   exports.vpc = require("./vpc");
// becomes a getter. An index.js in another format is left as it is.
"use strict";
const Module = require("node:module");

const INDEX = /[\\/]@cdktf[\\/]provider-aws[\\/]lib[\\/]index\.js$/;
const EXPORT = /^exports\.(\w+) = require\("([^"]+)"\);$/gm;
const GETTER =
  'Object.defineProperty(exports, "$1", { enumerable: true, get: () => require("$2") });';

const compile = Module.prototype._compile;
Module.prototype._compile = function (source, filename, ...rest) {
  return compile.call(this, INDEX.test(filename) ? source.replace(EXPORT, GETTER) : source, filename, ...rest);
};
