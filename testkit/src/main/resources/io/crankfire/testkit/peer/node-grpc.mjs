// A gRPC server on loopback for tests: the folder of the library `@grpc/grpc-js` is the argument, its port the first line
// of output. Messages are bytes to it, so that it needs no schema: it is crankfire.testkit.Echo. It ends when its standard
// input does.
import { pathToFileURL } from 'node:url';

const { default: grpc } = await import(pathToFileURL(`${process.argv[2]}/build/src/index.js`));

const same = (bytes) => bytes;
const method = (name, requestStream, responseStream) => ({
  path: `/crankfire.testkit.Echo/${name}`,
  requestStream,
  responseStream,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
});

// What the metadata asks for: a status, trailers.
function trailers(call) {
  const back = new grpc.Metadata();
  for (const [key, value] of Object.entries(call.metadata.getMap())) {
    if (key.startsWith('x-')) back.set(`echo-${key}`, value);
  }
  return back;
}
function failure(call) {
  const code = Number(call.metadata.get('x-code')[0] ?? 0);
  return code === 0 ? null : { code, details: `status ${code}, \u2603`, metadata: trailers(call) };
}

const server = new grpc.Server({ 'grpc.max_receive_message_length': 16 * 1024 * 1024 });
server.addService(
  {
    Unary: method('Unary', false, false),
    ServerStream: method('ServerStream', false, true),
    ClientStream: method('ClientStream', true, false),
    BidiStream: method('BidiStream', true, true),
    Odd: method('Odd', false, false),
  },
  {
    Unary: (call, done) => done(failure(call), call.request, trailers(call)),
    ServerStream: (call) => {
      for (let i = 0; i < 100; i++) call.write(call.request);
      call.end(trailers(call));
    },
    ClientStream: (call, done) => {
      let count = 0;
      let last = Buffer.alloc(0);
      call.on('data', (message) => {
        count++;
        last = message;
      });
      call.on('end', () => {
        const back = trailers(call);
        back.set('x-count', String(count));
        done(null, last, back);
      });
    },
    BidiStream: (call) => {
      call.on('data', (message) => call.write(message));
      call.on('end', () => call.end());
    },
    Odd: () => {}, // never answers
  },
);
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
process.stdin.on('end', () => process.exit()).resume();
