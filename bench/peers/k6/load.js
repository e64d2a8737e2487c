// The load of one run of k6; the harness gives it by environment variables, named as in Load.java.
import http from 'k6/http';

const { URL, CONNECTIONS, SECONDS, RATE, TOTAL } = __ENV;
const connections = Number(CONNECTIONS);
const duration = `${SECONDS}s`;

// A virtual user has one connection and thinks no time.
function scenario() {
  if (Number(TOTAL) > 0) {
    return { executor: 'shared-iterations', vus: 1, iterations: Number(TOTAL) };
  }
  if (Number(RATE) > 0) {
    return {
      executor: 'constant-arrival-rate',
      rate: Number(RATE),
      timeUnit: '1s',
      duration,
      preAllocatedVUs: connections,
      maxVUs: connections,
    };
  }
  return { executor: 'constant-vus', vus: connections, duration };
}

export const options = {
  scenarios: { load: scenario() },
  discardResponseBodies: true,
  insecureSkipTLSVerify: true,
  summaryTrendStats: ['p(50)', 'p(97.5)', 'p(99)'],
  summaryTimeUnit: 'ms',
};

export default function () {
  http.get(URL);
}
