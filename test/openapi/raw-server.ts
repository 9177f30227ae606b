import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A request as its bytes came. */
export interface RawRequest {
  line: string;
  /** By name in small letters, each octet of a value as one character. */
  headers: Map<string, string>;
  body: Buffer;
}

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}';

/** A server that reads HTTP itself, so that no parser stands between what was sent and what is compared. */
export async function listenRaw(answer: string | Buffer = ANSWER) {
  const seen: RawRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let waiting = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      waiting = Buffer.concat([waiting, chunk]);
      for (let end = waiting.indexOf('\r\n\r\n'); end >= 0; end = waiting.indexOf('\r\n\r\n')) {
        const [line = '', ...lines] = waiting.subarray(0, end).toString('latin1').split('\r\n');
        const headers = new Map(
          lines.map((text) => {
            const colon = text.indexOf(':');
            return [text.slice(0, colon).toLowerCase(), text.slice(colon + 1).trim()];
          }),
        );
        const length = Number(headers.get('content-length') ?? 0);
        if (waiting.length < end + 4 + length) return;
        seen.push({ line, headers, body: waiting.subarray(end + 4, end + 4 + length) });
        waiting = waiting.subarray(end + 4 + length);
        // An answer to HEAD has no body (RFC 9110, 9.3.2).
        socket.write(line.startsWith('HEAD ') ? 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n' : answer);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { port, seen, [Symbol.asyncDispose]: close };
}
