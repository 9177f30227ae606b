import type { SandboxAnswer } from '../types.ts';
import { asObject, invalid, jsonObject, missing, Refusal } from './answers.ts';
import { phoneDigits, PHONES } from './attribute-values.ts';
import { isEmail, planWrite, readListIds, type Wish } from './contact-writes.ts';
import type { ClashName, Contact } from './contacts.ts';
import { parseCsv } from './csv.ts';
import { addList } from './lists.ts';
import type { ImportReport } from './processes.ts';
import type { Call, World } from './world.ts';

/** 10 MB, for the whole body: a client that obeys the advice of 8 MB never comes near. */
const MOST_BYTES = 10 * 1024 * 1024;

const COUNTERS = {
  email: 'duplicate_email_id',
  ext_id: 'duplicate_ext_id',
  SMS: 'duplicate_phone_id',
  WHATSAPP: 'duplicate_whatsapp_id',
  LANDLINE_NUMBER: 'duplicate_landline_number_id',
} as const satisfies Record<ClashName, keyof ImportReport>;

interface Row {
  email: string;
  attributes: Record<string, unknown>;
}

interface Terms {
  listIds: number[];
  source: 'json' | 'csv';
  update: boolean;
  empty: boolean;
  blockEmail: boolean;
  blockSms: boolean;
}

/** POST /contacts/import: accepted at once, applied by a process. */
export function importContacts(world: World, call: Call): SandboxAnswer {
  if (call.body.length > MOST_BYTES) throw new Refusal(400, 'out_of_range', 'Maximum size of 10 MB exceeded');
  const body = jsonObject(call.body);
  const rows = readRows(body);
  const terms: Terms = {
    listIds: readLists(world, body, call.now),
    source: typeof body['fileBody'] === 'string' ? 'csv' : 'json',
    update: body['updateExistingContacts'] !== false,
    empty: body['emptyContactsAttributes'] === true,
    blockEmail: body['emailBlacklist'] === true,
    blockSms: body['smsBlacklist'] === true,
  };
  const processId = world.processes.start('IMPORTUSER', call.now, (at) => {
    // The sandbox fetches nothing, so a fileUrl fails the way an unreachable one would.
    if (!rows) throw invalid('File could not be downloaded');
    return applyRows(world, rows, terms, at);
  });
  return { status: 202, json: { processId } };
}

function readRows(body: Record<string, unknown>): Row[] | undefined {
  const { jsonBody, fileBody, fileUrl } = body;
  const given = [jsonBody, fileBody, fileUrl].filter((value) => value !== undefined);
  if (given.length === 0) throw missing('One of fileUrl, fileBody, jsonBody is required');
  if (given.length > 1) throw invalid('Pass one of fileUrl, fileBody, jsonBody');
  if (fileUrl !== undefined) return undefined;
  if (typeof fileBody === 'string') {
    return parseCsv(fileBody).map(({ EMAIL: email = '', ...attributes }) => ({ email, attributes }));
  }
  if (!Array.isArray(jsonBody) || jsonBody.length === 0) throw invalid('Invalid jsonBody');
  return jsonBody.map((item: unknown) => {
    const row = asObject(item) ?? {};
    const email = row['email'];
    return { email: typeof email === 'string' ? email : '', attributes: asObject(row['attributes']) ?? {} };
  });
}

function readLists(world: World, body: Record<string, unknown>, now: number): number[] {
  const listIds = readListIds(world, body['listIds'], 'listIds');
  const newList = asObject(body['newList']);
  if (newList) return [...listIds, addList(world, newList['listName'], newList['folderId'], now).id];
  if (listIds.length === 0) throw missing('listIds or newList is required');
  return listIds;
}

function applyRows(world: World, rows: Row[], terms: Terms, at: number): ImportReport {
  const report: ImportReport = {
    invalid_emails: 0,
    duplicate_contact_id: 0,
    duplicate_ext_id: 0,
    duplicate_email_id: 0,
    duplicate_phone_id: 0,
    duplicate_whatsapp_id: 0,
    duplicate_landline_number_id: 0,
  };
  const seen = new Set<string>();
  for (const row of rows) {
    const email = row.email.trim().toLowerCase();
    const before = email === '' ? findByKeys(world, row.attributes) : world.contacts.find('email_id', email);
    if (email === '' ? !hasKeys(row.attributes) : !isEmail(email)) report.invalid_emails++;
    else if (email !== '' && seen.has(email)) report.duplicate_email_id++;
    else applyRow(world, { email, attributes: row.attributes }, before, terms, at, report);
    seen.add(email);
  }
  return report;
}

function applyRow(
  world: World,
  row: Row,
  before: Contact | undefined,
  terms: Terms,
  at: number,
  report: ImportReport,
): void {
  const wish: Wish = {
    attributes: before && !terms.update ? {} : readAttributes(world, row.attributes, before, terms),
    extId: undefined,
    listIds: terms.listIds,
    unlinkListIds: [],
    // `false` is the default and is said not to lift a block, so only `true` has an effect.
    emailBlacklisted: terms.blockEmail ? true : undefined,
    smsBlacklisted: terms.blockSms ? true : undefined,
  };
  const email = row.email === '' ? undefined : row.email;
  const plan = planWrite(world, { before, email, at, source: terms.source }, wish);
  if (plan.clashes.length === 0) {
    world.contacts.put(plan.next, at);
    return;
  }
  for (const { identifier } of plan.clashes) report[COUNTERS[identifier]]++;
}

/** What a row really writes; everything else is ignored at the end of the import, without a word. */
function readAttributes(
  world: World,
  attributes: Record<string, unknown>,
  before: Contact | undefined,
  terms: Terms,
): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (!world.attributes.get(name) || name === 'EMAIL') continue;
    if (value === '' || value === null) {
      if (terms.empty) kept[name] = '';
      continue;
    }
    // A false that does not overwrite a true is reported of jsonBody (APIv3-python#95, open).
    if (value === false && before?.attributes[name] === true) continue;
    if (PHONES.includes(name) && !phoneDigits(value)) continue;
    kept[name] = value;
  }
  return kept;
}

function hasKeys(attributes: Record<string, unknown>): boolean {
  const { EXT_ID: extId, SMS: sms } = attributes;
  return (typeof extId === 'string' && extId !== '') || phoneDigits(sms) !== undefined;
}

function findByKeys(world: World, attributes: Record<string, unknown>): Contact | undefined {
  const { EXT_ID: extId, SMS: sms } = attributes;
  const byExtId = typeof extId === 'string' ? world.contacts.find('ext_id', extId) : undefined;
  return byExtId ?? world.contacts.find('phone_id', phoneDigits(sms) ?? '');
}
