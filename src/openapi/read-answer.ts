import type { DefinitionInput, JsonSchemaValue } from './definition.ts';
import type { Place } from './faults.ts';
import { essence } from './content.ts';
import { MEDIA_TYPE, mediaRank } from './media-types.ts';
import { isObject, list, members, own } from './raw-value.ts';
import type { Source } from './source.ts';

type OperationInput = DefinitionInput['actions'][string][string];

/** What an operation answers when it succeeds, and the headers that it says it has then, in small letters. */
export interface SaidAnswer {
  answer: Pick<OperationInput, 'output' | 'answer' | 'accept'>;
  headers: ReadonlySet<string>;
}

/** Reads the answers of an operation. What is wrong with them keeps nobody from calling. */
export function readAnswer(source: Source, raw: unknown, place: Place, produces: unknown): SaidAnswer {
  const headers = new Set<string>();
  if (!isObject(raw)) {
    source.faults.error(
      place,
      'expected answers by status, such as 200; the output of this operation is not described',
    );
    return { answer: {}, headers };
  }
  const all = Object.entries(raw).filter(([status]) => !status.startsWith('x-'));
  if (all.length === 0) source.faults.error(place, 'expected at least one answer, such as 200');
  const good = all.filter(([status]) => status.startsWith('2')).toSorted(([a], [b]) => (a < b ? -1 : 1));
  // Without any, `default` says what comes; beside others it says what errors look like.
  const others = all.some(([status]) => /^[345]/.test(status))
    ? []
    : all.filter(([status]) => status === 'default');
  const answers = (good.length > 0 ? good : others).flatMap(([status, one]) => {
    const answer = source.refs.object(one, place.at(status), 'an answer');
    for (const [header] of members(answer?.value['headers'])) headers.add(header.toLowerCase());
    return answer ? content(source, answer.value, answer.place, produces) : [];
  });
  return { answer: outputOf(answers), headers };
}

function outputOf(answers: readonly Content[]): SaidAnswer['answer'] {
  const json = answers.filter(({ kind }) => kind === 'json');
  if (json.length > 0) {
    const types = json.flatMap(({ type }) => type ?? []);
    const vendor = types.find((type) => !type.includes('*'));
    const usual =
      types.length === 0 ||
      vendor === undefined ||
      types.some((type) => essence(type) === 'application/json');
    return { output: oneOf(json.map(({ schema }) => schema ?? {})), ...(usual ? {} : { accept: vendor }) };
  }
  const [first] = answers;
  if (first === undefined) return {};
  return first.kind === 'text' || first.kind === 'xml'
    ? { output: { type: 'string' }, answer: 'text' }
    : { answer: 'bytes' };
}

interface Content {
  kind: ReturnType<typeof mediaRank>;
  type?: string;
  schema?: JsonSchemaValue;
}

function content(
  source: Source,
  answer: Readonly<Record<string, unknown>>,
  place: Place,
  produces: unknown,
): Content[] {
  if (source.dialect === '2.0') {
    const schema = answer['schema'];
    if (schema === undefined) return [];
    const types = list(produces).filter((type) => typeof type === 'string');
    if (own(schema, 'type') === 'file') return [{ kind: 'binary' }];
    const kinds = types.map(mediaRank);
    const kind =
      kinds.length === 0 || kinds.includes('json') || types.some((type) => type.includes('*'))
        ? 'json'
        : (kinds[0] ?? 'json');
    return [
      kind === 'json' ? { kind, schema: source.schemas.convert(schema, place.at('schema')) } : { kind },
    ];
  }
  const kinds = members(answer['content']).map(([type, media]) => {
    const at = place.at('content', type);
    if (!MEDIA_TYPE.test(type))
      source.faults.error(at, `'${type}' is no media type; expected such as application/json`);
    const kind = type.includes('*') && !/^(?:image|audio|video|text)\//.test(type) ? 'json' : mediaRank(type);
    return { kind, type, media, at };
  });
  const json = kinds.filter(({ kind }) => kind === 'json');
  if (json.length === 0) return kinds.slice(0, 1).map(({ kind }) => ({ kind }));
  return json.flatMap(({ type, media, at }) => {
    const described = source.refs.object(media, at, 'a media type');
    return described
      ? {
          kind: 'json' as const,
          type,
          schema: source.schemas.convert(described.value['schema'], described.place.at('schema')),
        }
      : [];
  });
}

/** One schema for answers that may be any of several. */
function oneOf(schemas: readonly JsonSchemaValue[]): JsonSchemaValue {
  if (schemas.length < 2) return schemas[0] ?? {};
  const different = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
  if (different.some((schema) => isObject(schema) && Object.keys(schema).length === 0)) return {};
  return different.length === 1 ? (different[0] ?? {}) : { anyOf: different };
}
