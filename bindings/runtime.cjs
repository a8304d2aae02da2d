// Runs jsii's program in this Node. jsii's own launcher starts a second one for it, and only relays
// its messages, which the program reads from and writes to file descriptor 3: see bin/jsii-runtime.ts in
// https://github.com/aws/jsii/tree/main/packages/%40jsii/runtime
//
// Whatever else reads this Node's stdin or writes to its stdout spoils a message, so children must not
// inherit them. What Node itself writes to stderr, such as that memory ran out, is printed as a Python
// bytes literal.
"use strict";
const fs = require("node:fs");
const { Readable, Writable } = require("node:stream");

const [STDIN, STDOUT, STDERR, MESSAGES] = [0, 1, 2, 3];
const { readSync, writeSync } = fs;
fs.readSync = (file, ...rest) => readSync(file === MESSAGES ? STDIN : file, ...rest);
fs.writeSync = (file, ...rest) => writeSync(file === MESSAGES ? STDOUT : file, ...rest);

// What JavaScript prints travels on stderr, in the form that the launcher gives it.
function print(name, chunk) {
  let rest = Buffer.from(JSON.stringify({ [name]: Buffer.from(chunk).toString("base64") }) + "\n");
  while (rest.length) {
    try {
      rest = rest.subarray(writeSync(STDERR, rest));
    } catch (error) {
      if (error.code !== "EAGAIN") throw error; // the pipe is full
    }
  }
}
for (const name of ["stdout", "stderr"]) {
  const write = (chunk, _encoding, done) => done(print(name, chunk));
  Object.defineProperty(process, name, { value: new Writable({ write }) });
}
Object.defineProperty(process, "stdin", { value: Readable.from([]) });
process.on("uncaughtException", (error) => {
  print("stderr", `${error?.stack ?? error}\n`);
  process.exit(1);
});

// The launcher gives the program this option, and NODE_OPTIONS gives it to us. Where the program does
// not find it here, it copies whole packages.
const SYMLINKS = "--preserve-symlinks";
if (process.env.NODE_OPTIONS?.split(/\s+/).includes(SYMLINKS)) process.execArgv.push(SYMLINKS);
require(process.env.JSII_PROGRAM);
