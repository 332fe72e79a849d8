'use strict';

// Reads a status document and reports its fields as metrics. What to read and how to report it
// comes from environment variables, so that this file is the same for every system:
//   STATUS_URL         address of the document, https only
//   METRIC_NAMESPACE   namespace of the metrics
//   METRIC_DIMENSIONS  {"<name>": "<value>"}
//   METRICS            {"<metric>": {"field": "a.b", "values": {"<word>": 1}, "otherwise": -1}}

const https = require('https');
const { CloudWatchClient, PutMetricDataCommand } = require('@aws-sdk/client-cloudwatch');

const TIMEOUT_MILLISECONDS = 15000;
const MAXIMUM_BYTES = 1024 * 1024;

function get(url) {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
    // https.get refuses any other protocol by itself.
    const request = https.get(url, { signal, headers: { accept: 'application/json' } });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks = [];
      let bytes = 0;
      response.on('error', reject);
      response.on('data', (chunk) => {
        bytes += chunk.length;
        if (bytes > MAXIMUM_BYTES) {
          request.destroy(new Error(`${url} answers with more than ${MAXIMUM_BYTES} bytes`));
        } else {
          chunks.push(chunk);
        }
      });
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    });
  });
}

// The status code does not count: an unhealthy system answers 503 and says why in the document.
async function readStatus(url) {
  const text = await get(url);
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${url} does not answer with JSON`);
  }
}

function has(object, key) {
  return object !== null && typeof object === 'object' && Object.hasOwn(object, key);
}

function fieldOf(status, path) {
  let found = status;
  for (const key of path.split('.')) {
    if (!has(found, key)) {
      return undefined;
    }
    found = found[key];
  }
  return found;
}

// A number to report, or undefined for nothing.
function valueOf(status, metric) {
  const found = fieldOf(status, metric.field);
  if (metric.values !== undefined) {
    return has(metric.values, found) ? metric.values[found] : metric.otherwise;
  }
  return Number.isFinite(found) ? found : metric.otherwise;
}

function metricData(status, metrics, dimensions) {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const Timestamp = new Date();
  return Object.entries(metrics)
    .map(([MetricName, metric]) => ({ MetricName, Value: valueOf(status, metric) }))
    .filter(({ Value }) => Value !== undefined)
    .map((datum) => ({ ...datum, Dimensions, Timestamp }));
}

exports.handler = async () => {
  const { STATUS_URL, METRIC_NAMESPACE, METRIC_DIMENSIONS, METRICS } = process.env;
  let status;
  let problem;
  try {
    status = await readStatus(STATUS_URL);
  } catch (error) {
    problem = error;
  }
  const data = metricData(status, JSON.parse(METRICS), JSON.parse(METRIC_DIMENSIONS));
  if (data.length > 0) {
    const command = new PutMetricDataCommand({ Namespace: METRIC_NAMESPACE, MetricData: data });
    await new CloudWatchClient({}).send(command);
  }
  // Only now: the metrics of a system that does not answer matter most.
  if (problem !== undefined) {
    throw problem;
  }
};
