// Writes what a Node process did into the folder WATCHED, when it exits: how many modules of the AWS
// provider it loaded, and of what makes archives, how long a call stack of cdktf is, and how many
// threads it started.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const threads = require("node:worker_threads");

let started = 0;
const Worker = threads.Worker;
threads.Worker = class extends Worker {
  constructor(...rest) {
    started += 1;
    super(...rest);
  }
};

process.on("exit", () => {
  const files = Object.keys(require.cache).map((file) => file.replaceAll("\\", "/"));
  const modules = files.filter((file) => /\/provider-aws\/lib\/./.test(file)).length;
  const archives = files.filter((file) => /\/node_modules\/archiver\//.test(file)).length;
  const trace = files.find((file) => file.endsWith("/lib/tokens/private/stack-trace.js"));
  const { captureStackTrace, captureCreationStack } = trace ? require(trace) : {};
  const stacks = [captureStackTrace, captureCreationStack].flatMap((one) => (one ? one() : []));
  const said = { modules, archives, stack: stacks.length, traced: Boolean(trace), threads: started };
  fs.writeFileSync(path.join(process.env.WATCHED, `${process.pid}.json`), JSON.stringify(said));
});
