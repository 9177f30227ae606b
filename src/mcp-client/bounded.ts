/** Bytes of one answer of an MCP server. The best known clients show a model far less. */
export const MOST_BYTES = 4_000_000;

/** A fetch whose answers end with an error once they are too large, whatever their length was said to be. */
export function bounded(send: typeof fetch, most = MOST_BYTES): typeof fetch {
  return async (input, init) => {
    const response = await send(input, init);
    // A stream of events may go on for long; of each request, only the answer counts.
    if (!response.body || init?.method !== 'POST') return response;
    let bytes = 0;
    const counted = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          bytes += chunk.byteLength;
          if (bytes > most) controller.error(new AnswerTooLarge(most));
          else controller.enqueue(chunk);
        },
      }),
    );
    return new Response(counted, {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
    });
  };
}

/** An answer that is larger than anybody can use. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';

  constructor(most: number) {
    super(`the answer has more than ${most} bytes`);
  }
}
