import { Place, type Faults } from './faults.ts';
import { isObject, own, text } from './raw-value.ts';
import type { Dialect } from './schemas.ts';

/** Which version a document is written in; undefined, with a fault, when it is none that we read. */
export function dialectOf(value: unknown, faults: Faults): { dialect: Dialect; written: string } | undefined {
  if (!isObject(value)) {
    faults.error(
      Place.root,
      'expected an OpenAPI document, an object with `openapi: 3.x` or `swagger: "2.0"`',
    );
    return undefined;
  }
  const { openapi, swagger } = value;
  // Without quotes, YAML has a number here.
  const written =
    typeof swagger === 'number'
      ? swagger.toFixed(1)
      : (text(swagger) ?? (typeof openapi === 'number' ? String(openapi) : text(openapi)));
  if (written === undefined) {
    faults.error(
      Place.root,
      `this is no OpenAPI document: it has neither 'openapi: 3.x' nor 'swagger: "2.0"'${instead(value)}`,
    );
    return undefined;
  }
  if (swagger !== undefined) {
    if (/^2(?:\.0)?(?:\.\d+)?$/.test(written)) return { dialect: '2.0', written };
    faults.error(Place.of('/swagger'), `Swagger ${written} is not read; expected "2.0"`);
    return undefined;
  }
  const minor = /^3(?:\.(\d+))?(?:\.\d+.*)?$/.exec(written.trim());
  if (!minor) {
    faults.error(Place.of('/openapi'), `OpenAPI ${written} is not read; expected 3.0, 3.1 or 3.2`);
    return undefined;
  }
  const number = Number(minor[1] ?? 0);
  if (number > 2)
    faults.warning(
      Place.of('/openapi'),
      `OpenAPI ${written} is newer than what is known here; it is read as 3.2`,
    );
  return { dialect: number === 0 ? '3.0' : number === 1 ? '3.1' : '3.2', written };
}

/** What it seems to be, and what to do with that. */
function instead(value: unknown): string {
  if (own(value, 'asyncapi') !== undefined) return '; it is an AsyncAPI document, which describes messages';
  if (own(own(value, 'info'), '_postman_id') !== undefined)
    return '; it is a Postman collection: export it as OpenAPI first';
  if (own(value, 'swaggerVersion') !== undefined)
    return '; it is a Swagger 1 document: convert it to 2.0 first';
  if (own(value, 'discoveryVersion') !== undefined)
    return '; it is a Google discovery document: convert it first';
  if (own(value, '$schema') !== undefined || own(value, 'properties') !== undefined)
    return '; it looks like a JSON Schema';
  return '';
}
