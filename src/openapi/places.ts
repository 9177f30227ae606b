import type { FieldError } from '../core/errors.ts';
import { formOf } from './bodies.ts';
import { contentKind } from './content.ts';
import type { ParameterInput } from './inputs.ts';
import {
  encoder,
  inHeader,
  inPath,
  joined,
  jsonText,
  pairs,
  percent,
  type Spelling,
  textOf,
} from './serialize.ts';

/** The inputs of a call by name. */
export type Values = Readonly<Record<string, unknown>>;

/** The value of a parameter: that of the input, or the one that is sent when there is none. */
export function valueOf({ input, spec }: ParameterInput, values: Values): unknown {
  return values[input] === undefined ? spec.value : values[input];
}

// Parts that a URL parser takes for steps, encoded or not (WHATWG URL, "single-dot URL path segment").
const STEP = /(?:^|\/)(?:\.|%2e){1,2}(?=\/|$)/i;

/** Makes the path of a call. What cannot stand in it is told to `faults`. */
export function pathFiller(
  template: string,
  all: readonly ParameterInput[],
): (values: Values, faults: FieldError[]) => string {
  const byName = new Map(all.filter(({ spec }) => spec.in === 'path').map((one) => [one.spec.name, one]));
  // Split by a group, every second piece is a name.
  const pieces = template.split(/\{([^{}]+)\}/);
  return (values, faults) => {
    let path = '';
    let last = '';
    for (const [at, piece] of pieces.entries()) {
      const parameter = at % 2 === 1 ? byName.get(piece) : undefined;
      if (!parameter) {
        path += piece;
        continue;
      }
      last = parameter.input;
      const text = pathText(parameter, valueOf(parameter, values));
      if (text === '') faults.push({ field: last, message: 'must not be empty: it stands in the path' });
      path += text;
    }
    if (STEP.test(path))
      faults.push({ field: last, message: "must not be '.' or '..': it stands in the path" });
    return path;
  };
}

function pathText({ spec }: ParameterInput, value: unknown): string {
  if (spec.content !== undefined) return percent(contentText(spec.content, value) ?? '');
  return inPath(spec.name, value, spellingOf(spec, 'simple'));
}

function spellingOf(spec: ParameterInput['spec'], usual: Spelling['style']): Spelling {
  const style = spec.style ?? usual;
  return {
    style,
    explode: spec.explode ?? (style === 'form' || style === 'cookie'),
    allowReserved: spec.allowReserved ?? false,
  };
}

/** A value as a document of a media type, where that is text. */
function contentText(type: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return contentKind(type) === 'json' || typeof value === 'object' ? jsonText(value) : textOf(value);
}

/** Makes the part of a query that a parameter is; empty when it is not sent. */
export function queryWriter(parameter: ParameterInput): (values: Values) => string {
  const { spec } = parameter;
  const { content } = spec;
  if (content !== undefined) {
    const name = percent(spec.name);
    return (values) => {
      const text = contentText(content, valueOf(parameter, values));
      return text === undefined ? '' : `${name}=${percent(text)}`;
    };
  }
  const spelling = spellingOf(spec, 'form');
  const encode = encoder('query', spelling.allowReserved);
  return (values) => {
    const value = valueOf(parameter, values);
    return value === undefined ? '' : joined(pairs(spec.name, value, spelling, encode));
  };
}

/** The whole query as a document; a form is one already (OpenAPI 3.2, "Parameter Locations"). */
export function querystringWriter(parameter: ParameterInput): (values: Values) => string {
  const { content = 'application/x-www-form-urlencoded', schema } = parameter.spec;
  const form = contentKind(content) === 'form';
  return (values) => {
    const value = valueOf(parameter, values);
    if (value === undefined || value === null) return '';
    return form ? formOf({ type: content, schema }, value) : percent(contentText(content, value) ?? '');
  };
}

/** Puts the value of a parameter into a header. */
export function headerWriter(
  parameter: ParameterInput,
): (values: Values, sent: Record<string, string>, faults: FieldError[]) => void {
  const { spec, input } = parameter;
  const name = spec.name.toLowerCase();
  const explode = spec.explode ?? false;
  return (values, sent, faults) => {
    const value = valueOf(parameter, values);
    const text = spec.content === undefined ? inHeader(value, explode) : contentText(spec.content, value);
    if (text === undefined) return;
    const written = headerText(text);
    if (written === undefined) {
      faults.push({
        field: input,
        message: 'must not have line ends or control characters: it stands in a header',
      });
    } else sent[name] = written;
  };
}

/** As a header has it: unchanged, in UTF-8 (RFC 9110, 5.5); undefined when it would end the header. */
function headerText(text: string): string | undefined {
  // oxlint-disable-next-line no-control-regex -- a line end would begin another header
  if (/[\u0000-\u0008\u000A-\u001F\u007F]/.test(text)) return undefined;
  // oxlint-disable-next-line no-control-regex
  return /^[\u0000-\u007F]*$/.test(text) ? text : Buffer.from(text).toString('latin1');
}

/** The style `cookie` passes on what it is given (OpenAPI 3.2, appendix D), but for what would end the cookie. */
function asCookie(text: string): string {
  return text.replaceAll(/[;\s]/g, percent);
}

/** Makes the part of the header `cookie` that a parameter is; empty when it is not sent. */
export function cookieWriter(parameter: ParameterInput): (values: Values) => string {
  const { spec } = parameter;
  const spelling = spellingOf(spec, 'form');
  const encode = spelling.style === 'cookie' ? asCookie : encoder('cookie', spelling.allowReserved);
  return (values) => {
    const value = valueOf(parameter, values);
    if (spec.content !== undefined) {
      const text = contentText(spec.content, value);
      return text === undefined ? '' : `${percent(spec.name)}=${percent(text)}`;
    }
    return pairs(spec.name, value, spelling, encode)
      .map(([name, text]) => `${name}=${text}`)
      .join('; ');
  };
}
