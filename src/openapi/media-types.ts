import { contentKind, essence, type ContentKind } from './content.ts';
import { isObject } from './raw-value.ts';

/** RFC 9110, 8.3.1; a range such as `text/*` too. */
export const MEDIA_TYPE: RegExp = /^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+(?:\s*;.*)?$/;

/** How a body of a media type is made. XML is text to whoever sends it, and the last choice. */
export function mediaRank(type: string): ContentKind | 'xml' {
  return /[/+]xml$/.test(essence(type)) ? 'xml' : contentKind(type);
}

/** The type that a body is sent as: a range is none. */
export function plainType(type: string, schema: unknown): string {
  const range = essence(type);
  if (!range.includes('*')) return type;
  if (range.startsWith('text/')) return 'text/plain';
  if (range !== '*/*' && range !== 'application/*') return 'application/octet-stream';
  if (!isObject(schema) || schema['type'] !== 'string') return 'application/json';
  return schema['format'] === 'binary' ? 'application/octet-stream' : 'text/plain';
}
