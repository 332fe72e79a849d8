'use strict';

// Runs the canary's script without AWS and without network: argv holds the script and, as JSON,
// the answer of the status page. Prints what it sends to CloudWatch and how the run ends.
const { EventEmitter } = require('events');
const https = require('https');
const Module = require('module');

const [, , script, answerJson] = process.argv;
const answer = JSON.parse(answerJson);
const sent = [];

const sdk = {
  CloudWatchClient: class {
    async send(command) {
      sent.push(command.input);
    }
  },
  PutMetricDataCommand: class {
    constructor(input) {
      this.input = input;
    }
  },
};
const load = Module._load;
Module._load = (name, ...rest) => (name === '@aws-sdk/client-cloudwatch' ? sdk : load(name, ...rest));

const realGet = https.get;
https.get = (url, options) => {
  if (!url.startsWith('https:')) {
    return realGet(url, options);
  }
  const request = new EventEmitter();
  request.destroy = (error) => request.emit('error', error);
  setImmediate(() => {
    if (answer.error) {
      request.emit('error', new Error(answer.error));
      return;
    }
    const response = new EventEmitter();
    response.statusCode = answer.statusCode;
    request.emit('response', response);
    response.emit('data', Buffer.from(answer.body ?? 'x'.repeat(answer.bytes)));
    response.emit('end');
  });
  return request;
};

require(script)
  .handler()
  .then(
    () => ({ failure: null }),
    (error) => ({ failure: error.message }),
  )
  .then((outcome) => process.stdout.write(JSON.stringify({ sent, ...outcome })));
