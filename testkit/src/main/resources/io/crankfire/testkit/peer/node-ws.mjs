// A WebSocket server on loopback for tests: the folder of the library `ws` is the argument, its port the first line of
// output. What it has seen is at /counts, with the port where it does the same over HTTP/2 (RFC 8441). It ends when its
// standard input does.
import http from 'node:http';
import http2 from 'node:http2';
import { pathToFileURL } from 'node:url';

const { WebSocketServer } = await import(pathToFileURL(`${process.argv[2]}/wrapper.mjs`));
const counts = { connections: 0, messages: 0, bytes: 0, deflated: 0, sessions: 0, streams: 0, resets: [], errors: [], closes: {} };

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

// The library knows HTTP/1.1 only: it gets a request as if it were one, and what it writes as the head of the answer
// becomes that of the stream.
const server2 = http2.createServer({ settings: { enableConnectProtocol: true } });
server2.on('stream', (stream, headers) => {
  const url = new URL(headers[':path'], 'http://localhost');
  const chosen = servers[url.pathname];
  stream.on('error', (error) => counts.resets.push(error.code ?? String(error)));
  if (headers[':method'] !== 'CONNECT' || headers[':protocol'] !== 'websocket' || headers['sec-websocket-key']) {
    counts.errors.push(`not an extended CONNECT: ${JSON.stringify(headers)}`);
    stream.respond({ ':status': 400 }, { endStream: true });
    return;
  }
  if (chosen === undefined) {
    stream.respond({ ':status': 404, 'content-type': 'text/plain' });
    stream.end('nothing here');
    return;
  }
  const request = {
    method: 'GET',
    url: headers[':path'],
    headers: {
      ...headers,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    },
  };
  stream.write = (head) => {
    delete stream.write;
    const [first, ...lines] = head.trim().split('\r\n');
    const fields = { ':status': first.includes(' 101 ') ? 200 : Number(first.split(' ')[1]) };
    for (const line of lines) {
      const name = line.slice(0, line.indexOf(':')).toLowerCase();
      if (!['connection', 'upgrade', 'sec-websocket-accept'].includes(name)) {
        fields[name] = line.slice(line.indexOf(':') + 1).trim();
      }
    }
    stream.respond(fields);
  };
  counts.streams++;
  chosen.handleUpgrade(request, stream, Buffer.alloc(0), (ws) => {
    serve(ws, url.pathname, url.searchParams);
  });
});
server2.on('session', (session) => {
  counts.sessions++;
  session.on('error', (error) => counts.errors.push(String(error)));
});
server2.listen(0, '127.0.0.1', () => {
  counts.http2 = server2.address().port;
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
});
process.stdin.resume().on('end', () => process.exit(0));
