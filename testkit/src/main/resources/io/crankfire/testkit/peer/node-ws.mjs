// A WebSocket server on loopback for tests: the folder of the library `ws` is the argument, its port the first line of
// output. What it has seen is at /counts. It ends when its standard input does.
import http from 'node:http';
import { pathToFileURL } from 'node:url';

const { WebSocketServer } = await import(pathToFileURL(`${process.argv[2]}/wrapper.mjs`));
const counts = { connections: 0, messages: 0, bytes: 0, deflated: 0, errors: [], closes: {} };

const options = { noServer: true, maxPayload: 16 * 1024 * 1024 };
const deflate = { threshold: 0 };
const alone = { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true };
const servers = {
  '/echo': new WebSocketServer({ ...options, perMessageDeflate: false }),
  '/deflate': new WebSocketServer({ ...options, perMessageDeflate: deflate }),
  '/deflate-alone': new WebSocketServer({ ...options, perMessageDeflate: alone }),
  '/subprotocol': new WebSocketServer({
    ...options,
    handleProtocols: (offered) => (offered.has('soap') ? 'soap' : false),
  }),
  '/close': new WebSocketServer(options),
  '/terminate': new WebSocketServer(options),
  '/pinging': new WebSocketServer(options),
};

function serve(socket, path, query) {
  counts.connections++;
  counts.deflated += socket.extensions === '' ? 0 : 1;
  socket.on('error', (error) => counts.errors.push(String(error)));
  socket.on('close', (code) => (counts.closes[code] = (counts.closes[code] ?? 0) + 1));
  socket.on('message', (data, binary) => {
    counts.messages++;
    counts.bytes += data.length;
    switch (path) {
      case '/close':
        return socket.close(Number(query.get('code')), query.get('reason') ?? '');
      case '/terminate':
        return socket.terminate();
      case '/pinging':
        return socket.ping('are you there', () => socket.once('pong', () => socket.send(data, { binary })));
      default:
        return socket.send(data, { binary });
    }
  });
}

const server = http.createServer((request, response) => {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(counts));
});
server.on('upgrade', (request, socket, head) => {
  const url = new URL(request.url, 'http://localhost');
  const chosen = servers[url.pathname];
  if (chosen === undefined) {
    socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  } else {
    chosen.handleUpgrade(request, socket, head, (ws) => serve(ws, url.pathname, url.searchParams));
  }
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume().on('end', () => process.exit(0));
