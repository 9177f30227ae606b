import { createHash } from 'node:crypto';
import type { Multipart, Part } from '../core/call.ts';

const LINE_END = '\r\n';

/** A multipart body (RFC 2046, 5.1) with its content type, which names the boundary. */
export function toMultipart(multipart: Multipart): { type: string; body: Uint8Array<ArrayBuffer> } {
  const type = multipart.type ?? 'multipart/form-data';
  const named = type.startsWith('multipart/form-data');
  const parts = multipart.parts.map((part) => ({
    head: headOf(part, named),
    content: typeof part.content === 'string' ? Buffer.from(part.content) : part.content,
  }));
  const boundary = boundaryOf(parts);
  const pieces = parts.flatMap(({ head, content }) => [
    Buffer.from(`--${boundary}${LINE_END}${head}${LINE_END}`),
    content,
    Buffer.from(LINE_END),
  ]);
  const body = Buffer.concat([...pieces, Buffer.from(`--${boundary}--${LINE_END}`)]);
  return { type: `${type}; boundary=${boundary}`, body };
}

function headOf({ name, filename, type, headers }: Part, named: boolean): string {
  const file = filename === undefined ? '' : `; filename="${quoted(filename)}"`;
  const lines = named
    ? [`Content-Disposition: form-data; name="${quoted(name)}"${file}`]
    : filename === undefined
      ? []
      : [`Content-Disposition: attachment${file}`];
  if (type !== undefined) lines.push(`Content-Type: ${type}`);
  for (const [header, value] of Object.entries(headers ?? {})) lines.push(`${header}: ${value}`);
  return lines.map((line) => line + LINE_END).join('');
}

/** As browsers write names: UTF-8, and only what would end the text is encoded (HTML standard, "multipart/form-data"). */
function quoted(text: string): string {
  return text.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22');
}

/**
 * A line that stands in no part. Made of the content itself: the same request is the same bytes each time it is sent,
 * and who writes a part cannot know a digest of it beforehand.
 */
function boundaryOf(parts: readonly { head: string; content: Uint8Array }[]): string {
  const hash = createHash('sha256');
  for (const { head, content } of parts) hash.update(head).update(content);
  return `trunkline-${hash.digest('hex').slice(0, 40)}`;
}
