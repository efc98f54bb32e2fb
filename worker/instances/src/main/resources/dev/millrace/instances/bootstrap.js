'use strict';
// Runs a Node.js function for Millrace. Frames come in on descriptor 3 and go out on descriptor 4: four bytes of length,
// one byte of type, payload. Descriptors 1 and 2 are both the log. The worker decides about time.

const fs = require('fs');
const net = require('net');
const path = require('path');
const { performance } = require('perf_hooks');
const util = require('util');
const { pathToFileURL } = require('url');

const REQUESTS = 3;
const ANSWERS = 4;
const MESSAGE_LIMIT = 8 * 1024;
const STACK_LIMIT = 256 * 1024;
const MEASURE_EVERY_MS = 5;

const requests = new net.Socket({ fd: REQUESTS, readable: true, writable: false });
let handler;
let load;
let run = null; // the run in progress
let loading = false;
let requestId = ''; // of the run in progress, or of the last one while nothing runs

// ---- frames ---------------------------------------------------------------------------------------------------------

function send(type, body) {
  const frame = Buffer.allocUnsafe(13 + body.length);
  frame.writeUInt32BE(8 + body.length, 0);
  frame.write(type, 4, 1, 'latin1');
  frame.writeBigUInt64BE(memory(), 5);
  body.copy(frame, 13);
  let written = 0;
  while (written < frame.length) {
    written += fs.writeSync(ANSWERS, frame, written);
  }
}

let measured = 0n;
let measuredAt = -Infinity;

// Resident memory; asked for at most every few milliseconds, because asking costs as much as a small run.
function memory() {
  const now = performance.now();
  if (now - measuredAt > MEASURE_EVERY_MS) {
    measuredAt = now;
    measured = BigInt(process.memoryUsage.rss());
  }
  return measured;
}

const NOTHING = Buffer.alloc(0);

function sendFailure(type, message, stackTrace) {
  const failure = { message: shortened(message, MESSAGE_LIMIT), stackTrace: shortened(stackTrace || '', STACK_LIMIT) };
  send(type, Buffer.from(JSON.stringify(failure)));
}

function shortened(text, limit) {
  return text.length <= limit ? text : `${text.slice(0, limit / 2)}\n[...]\n${text.slice(-limit / 2)}`;
}

let pieces = [];
let received = 0;

requests.on('data', (piece) => {
  pieces.push(piece);
  received += piece.length;
  if (received < 5 || received < 5 + frameLength()) {
    return;
  }
  const frame = pieces.length === 1 ? piece : Buffer.concat(pieces);
  pieces = [];
  received = 0;
  dispatch(String.fromCharCode(frame[4]), frame.subarray(5));
});
requests.on('close', () => process.exit(0)); // the worker has gone

function frameLength() {
  if (pieces[0].length < 4) {
    pieces = [Buffer.concat(pieces)];
  }
  return pieces[0].readUInt32BE(0);
}

function dispatch(type, payload) {
  if (type === 'L') {
    loadFunction(JSON.parse(payload.toString()));
    return;
  }
  const endOfId = 2 + payload.readUInt16BE(0);
  requestId = payload.toString('utf8', 2, endOfId);
  invoke(payload.subarray(endOfId));
}

// ---- loading --------------------------------------------------------------------------------------------------------

async function loadFunction(received) {
  load = received;
  loading = true;
  const dot = load.handler.lastIndexOf('.');
  const file = load.handler.slice(0, dot);
  const name = load.handler.slice(dot + 1);
  if (dot < 1) {
    sendFailure('n', `'${load.handler}' is not of the form file.function`);
    return;
  }
  const found = findFile(path.resolve(load.codeDirectory, file));
  if (found === null) {
    sendFailure('n', `there is no file ${file}.js in the code package`);
    return;
  }
  try {
    const module = await importFile(found);
    handler = module[name] || (module.default && module.default[name]);
  } catch (error) {
    if (loading) {
      loading = false;
      sendFailure('c', oneLine(error), stackOf(error));
    }
    return;
  }
  if (!loading) {
    return; // An exception that nobody caught has been reported meanwhile.
  }
  loading = false;
  if (typeof handler !== 'function') {
    sendFailure('n', `${file} exports no function '${name}'`);
    return;
  }
  send('r', NOTHING);
}

function findFile(base) {
  for (const candidate of [base, `${base}.js`, `${base}.cjs`, `${base}.mjs`, `${base}/index.js`]) {
    if (fs.statSync(candidate, { throwIfNoEntry: false })?.isFile()) {
      return candidate;
    }
  }
  return null;
}

async function importFile(file) {
  try {
    return require(file);
  } catch (error) {
    if (error && (error.code === 'ERR_REQUIRE_ESM' || error.code === 'ERR_REQUIRE_ASYNC_MODULE')) {
      return import(pathToFileURL(file).href);
    }
    throw error;
  }
}

// ---- running --------------------------------------------------------------------------------------------------------

function invoke(eventBytes) {
  let event;
  try {
    event = JSON.parse(utf8.decode(eventBytes));
  } catch (error) {
    sendFailure('e', oneLine(error));
    return;
  }
  const current = { ended: false, awaited: false, waits: false };
  run = current;
  const callback = (error, data) => end(current, error, data);
  const context = new Context(current, callback);
  let returned;
  try {
    returned = handler(event, context, callback);
  } catch (error) {
    fail(current, error);
    return;
  }
  if (returned !== null && returned !== undefined && typeof returned.then === 'function') {
    current.awaited = true;
    returned.then((data) => end(current, null, data), (error) => fail(current, error));
  } else if (returned !== undefined) {
    end(current, null, returned);
  } else if (handler.length < 3 && !current.waits) {
    end(current, null, null); // It cannot mean to answer later: it took neither callback nor done, succeed, fail.
  }
  if (!current.ended) {
    requests.unref(); // so that an empty event loop is noticed: then the answer would never come
  }
}

const utf8 = new util.TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// What a handler gets as context: SCF's fields, and functions for answering. Using one of these means to answer later.
class Context {
  #run;
  #callback;
  #fields;
  #started = Date.now();

  constructor(current, callback) {
    this.#run = current;
    this.#callback = callback;
    this.#fields = { ...load.context, request_id: requestId };
    Object.assign(this, this.#fields);
    this.callbackWaitsForEmptyEventLoop = true;
    this.getContext = () => this.#fields;
    this.getRemainingTimeInMillis = () =>
      Math.max(0, this.#fields.time_limit_in_ms - (Date.now() - this.#started));
  }

  get done() {
    this.#run.waits = true;
    return this.#callback;
  }

  get succeed() {
    const done = this.done;
    return (data) => done(null, data);
  }

  get fail() {
    const done = this.done;
    return (error) => done(error ?? new Error('context.fail was called'));
  }
}

function end(current, error, data) {
  if (error !== null && error !== undefined) {
    fail(current, error);
    return;
  }
  if (current.ended) {
    return; // The first answer counts.
  }
  let text;
  try {
    text = JSON.stringify(data === undefined ? null : data);
  } catch (failure) {
    close(current, () => sendFailure('b', oneLine(failure)));
    return;
  }
  if (text === undefined) {
    close(current, () => sendFailure('b', `a ${typeof data} is not JSON serializable`));
    return;
  }
  const body = Buffer.from(text);
  close(current, () =>
    body.length > load.resultLimit
      ? sendFailure('t', `${body.length} bytes of JSON, at most ${load.resultLimit} are allowed`)
      : send('v', body));
}

function fail(current, error) {
  close(current, () => sendFailure('x', oneLine(error), stackOf(error)));
}

function close(current, answer) {
  if (current.ended) {
    return;
  }
  current.ended = true;
  run = null;
  requests.ref();
  answer();
}

process.on('beforeExit', () => {
  if (run !== null) {
    if (run.awaited) {
      fail(run, new Error('the promise the handler returned can never be settled: nothing is pending any more'));
    } else {
      end(run, null, null);
    }
  }
});

function uncaught(error) {
  if (run !== null) {
    fail(run, error);
  } else if (loading) {
    loading = false;
    sendFailure('c', oneLine(error), stackOf(error));
  } else {
    console.error(error); // Nothing is running that could fail with it.
  }
}
process.on('uncaughtException', uncaught);
process.on('unhandledRejection', uncaught);

// ---- errors and log -------------------------------------------------------------------------------------------------

function oneLine(error) {
  if (error instanceof Error || (error && typeof error.message === 'string')) {
    return String(error.name || 'Error') + ': ' + error.message;
  }
  return typeof error === 'string' ? error : util.inspect(error);
}

function stackOf(error) {
  if (!error || typeof error.stack !== 'string') {
    return '';
  }
  return error.stack
    .split('\n')
    .filter((line) => !/^\s+at /.test(line) || !line.includes(__filename))
    .join('\n');
}

for (const level of ['log', 'info', 'debug', 'warn', 'error']) {
  const stream = level === 'warn' || level === 'error' ? 'stderr' : 'stdout';
  console[level] = (...values) => {
    process[stream].write(`${new Date().toISOString()}\t${requestId}\t${util.format(...values)}\n`);
  };
}

process.argv.splice(1, 1);
send('h', NOTHING);
