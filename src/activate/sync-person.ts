import type { Audience, AudienceSchema, PersonUpdate } from '../core/audience.ts';
import { ConnectorError, type FieldError } from '../core/errors.ts';
import type { Reader } from '../core/reader.ts';
import { fitGiven, type GivenAttributes } from './given-attributes.ts';

/** One person as a program gives him. */
export interface GivenPerson {
  email: string;
  attributes?: GivenAttributes | undefined;
  /** Ids of the lists to add him to. */
  listIds?: readonly number[] | undefined;
}

/** What became of one person. */
export interface SyncedPerson {
  /** In lower case, as it was sent. */
  email: string;
  /** Whether he was not there before. */
  created: boolean;
  /** The attributes that were sent. */
  attributes: PersonUpdate['attributes'];
  /** The lists he was added to. */
  listIds: readonly number[];
  /** Said no to mail: his attributes were sent, and he was put on no list. */
  optedOut: boolean;
  /** Lists that were asked for and left out, because he left them or said no to mail. */
  listsLeftOut: readonly number[];
}

/** Brings single people to the other side, by the lane that takes anybody and by the rules of consent. */
export class PersonSync {
  readonly #audience: Audience;
  readonly #reader: Reader;
  #schema: Promise<AudienceSchema> | undefined;

  constructor(audience: Audience, reader: Reader) {
    this.#audience = audience;
    this.#reader = reader;
  }

  /** @throws ConnectorError of kind `input` that names every value that does not fit; nothing was sent then */
  async sync(person: GivenPerson): Promise<SyncedPerson> {
    const email = typeof person.email === 'string' ? person.email.trim().toLowerCase() : '';
    if (!/^[^\s@]+@[^\s@]+$/.test(email)) {
      throw refused('the person', [
        { field: 'email', message: `expected an e-mail address, got ${JSON.stringify(person.email)}` },
      ]);
    }
    const attributes = await this.#fitted(email, person);
    const wanted = [...new Set(person.listIds)];
    const known = (await this.#audience.known(this.#reader, [email])).get(email);
    const optedOut = known?.optedOut === true;
    const left = new Set(known?.leftLists);
    const lists = optedOut ? [] : wanted.filter((id) => !left.has(id));
    const lane = this.#audience.people.find(
      ({ maxPeople, knownOnly, sharedLists }) => maxPeople === 1 && !knownOnly && !sharedLists,
    );
    if (!lane) throw new Error('the audience has no lane for one person');
    const [outcome] = await lane.submit(this.#reader, [{ email, attributes, lists }]);
    if (outcome?.state !== 'done') {
      throw refused(email, [
        { field: outcome?.field ?? 'email', message: outcome?.reason ?? 'refused without a reason' },
      ]);
    }
    const listsLeftOut = wanted.filter((id) => !lists.includes(id));
    return { email, created: known === undefined, attributes, listIds: lists, optedOut, listsLeftOut };
  }

  async #fitted(email: string, person: GivenPerson): Promise<PersonUpdate['attributes']> {
    const fresh = this.#schema === undefined;
    let checked = check(person, await this.#read());
    if (checked.problems.length > 0 && !fresh) {
      // The attribute or the list may have been made since the account was read.
      this.#schema = undefined;
      checked = check(person, await this.#read());
    }
    if (checked.problems.length > 0) throw refused(email, checked.problems);
    return checked.attributes;
  }

  #read(): Promise<AudienceSchema> {
    if (this.#schema) return this.#schema;
    const reading = this.#audience.schema(this.#reader);
    this.#schema = reading;
    // One that failed must not be remembered.
    reading.catch(() => {
      if (this.#schema === reading) this.#schema = undefined;
    });
    return reading;
  }
}

function check({ attributes = {}, listIds = [] }: GivenPerson, schema: AudienceSchema) {
  const fitted = fitGiven(attributes, schema);
  const there = new Set(schema.lists.map(({ id }) => id));
  const strange = listIds.filter((id) => !there.has(id));
  if (strange.length > 0) {
    const some = schema.lists.slice(0, 8).map(({ id, name }) => `${id} '${name}'`);
    const more = schema.lists.length > some.length ? ` and ${schema.lists.length - some.length} more` : '';
    fitted.problems.push({
      field: 'listIds',
      message: `the account has no list ${strange.join(', ')}; it has ${some.join(', ') || 'none'}${more}`,
    });
  }
  return fitted;
}

function refused(who: string, fields: readonly FieldError[]): ConnectorError {
  const lines = fields.map(({ field, message }) => `${field}: ${message}`);
  return new ConnectorError(`${who} was not sent: ${lines.join('; ')}`, {
    kind: 'input',
    fields,
    hint: 'Nothing was sent. A value of the wrong type would be dropped without a word.',
  });
}
