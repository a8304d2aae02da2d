// Runs jsii's program in this Node. jsii's own launcher starts a second one for it, with a socket
// as file descriptor 3, to and from which it only passes messages on.
// https://github.com/aws/jsii/blob/main/packages/%40jsii/runtime/bin/jsii-runtime.ts
"use strict";
const fs = require("node:fs");
const { Writable } = require("node:stream");

const [STDIN, STDOUT, STDERR, MESSAGES] = [0, 1, 2, 3];
const { readSync, writeSync } = fs;
fs.readSync = (file, ...rest) => readSync(file === MESSAGES ? STDIN : file, ...rest);
fs.writeSync = (file, ...rest) => writeSync(file === MESSAGES ? STDOUT : file, ...rest);

// What JavaScript prints travels on stderr, in the form that the launcher gives it.
function printed(name, chunk) {
  writeSync(STDERR, JSON.stringify({ [name]: Buffer.from(chunk).toString("base64") }) + "\n");
}
for (const name of ["stdout", "stderr"]) {
  const write = (chunk, _encoding, done) => done(printed(name, chunk));
  Object.defineProperty(process, name, { value: new Writable({ write }) });
}
process.on("uncaughtException", (error) => {
  printed("stderr", `${error?.stack ?? error}\n`);
  process.exit(1);
});

// The launcher gives the program this option, and NODE_OPTIONS gives it to us. Where the program does
// not find it here, it copies whole packages.
const SYMLINKS = "--preserve-symlinks";
if (process.env.NODE_OPTIONS?.includes(SYMLINKS)) process.execArgv.push(SYMLINKS);
require(process.env.JSII_PROGRAM);
