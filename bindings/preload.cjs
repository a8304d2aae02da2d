// Saves Node work when it loads cdktf, or cdktn, and the AWS provider.
"use strict";
const Module = require("node:module");

// The provider's index.js loads its 1,500 modules on first use: each line such as
//   exports.vpc = require("./vpc");
//   exports.vpc = __importStar(require("./vpc/index"));
// becomes a getter. An index.js in another format is left as it is.
const INDEX = /[\\/]@cdkt[fn][\\/]provider-aws[\\/]lib[\\/]index\.js$/;
const EXPORT = /^exports\.(\w+) = ((?:\w+\()?require\("[^"]+"\)\)?);$/gm;
const GETTER = 'Object.defineProperty(exports, "$1", { enumerable: true, get: () => $2 });';

// cdktf, but not cdktn, loads 200 modules to make archives of assets, of which there are none here:
// that waits for the first one.
const ARCHIVES = /[\\/]cdktf[\\/]lib[\\/]private[\\/]fs\.js$/;
const ARCHIVER = 'const archiver = require("archiver");';
const WHEN_USED = 'const archiver = (...rest) => require("archiver")(...rest);';

// cdktf notes JavaScript's call stack for each token, thousands of times. Errors would show it, but
// its lines are jsii's, and never those of the Python that made the token.
const TRACE = /[\\/]cdkt[fn][\\/]lib[\\/]tokens[\\/]private[\\/]stack-trace\.js$/;
const NO_TRACE = "exports.captureStackTrace = exports.captureCreationStack = () => [];";

function quicker(source, filename) {
  if (TRACE.test(filename)) return NO_TRACE;
  if (ARCHIVES.test(filename)) return source.replace(ARCHIVER, WHEN_USED);
  return INDEX.test(filename) ? source.replace(EXPORT, GETTER) : source;
}

const compile = Module.prototype._compile;
Module.prototype._compile = function (source, filename, ...rest) {
  return compile.call(this, quicker(source, filename), filename, ...rest);
};
