/** Behaviours of Zoom that a test turns on; see `POST /__sandbox/faults`. */
import type { Plan } from '../types.ts';
import { type Drift, readDrift } from './drift.ts';
import { MINUTE } from './time.ts';

/** What can be turned. */
export interface Switches {
  /** Granular scopes that no token holds. */
  missingScopes: string[];
  /** Errors on HTTP 200, where the specification documents them (FACTS D, trap 1). */
  http200Errors: boolean;
  /** The person at the consent page declines. */
  denyConsent: boolean;
  /** Server-to-Server tokens may say `me`: sources disagree (FACTS A). */
  serverToServerMe: boolean;
  /** Daily caps of single hosts, registrants and operations hold; they do not on the unlimited plan. */
  dailyCaps: boolean;
  /** A new consent of a person kills the tokens of the earlier one: documented with code 4741 (FACTS B). */
  reauthorizationRevokes: boolean;
  /** A download ends at Zoom's own second path, which wants the token again, instead of at a signed address. */
  redirectNeedsToken: boolean;
  /** How long access tokens live that are issued from now on. */
  accessTokenSeconds: number;
  /** Index of the user who consents. */
  consentUser: number;
  /** Bytes of each video file; null: by the length of the meeting. */
  recordingBytes: number | null;
  /** How long page tokens live that are issued from now on. */
  pageTokenMs: number;
  /** So many rows were put in before the place of every page token: that many come a second time. */
  repeatedRows: number;
  /** Until so long after its end the people of an instance are half told, without durations (FACTS F, gotcha 8). */
  participantLagSeconds: number;
  /** An instance is in no report and no list of past ones until so long after its end. */
  reportLagSeconds: number;
  /** `upcoming_meetings` has a row for each date of a recurring meeting; no document says whether it has. */
  upcomingDates: boolean;
  /** How answers depart from the documents. */
  drift: Drift[];
}

/** As Zoom is when nothing is said. */
export function defaultSwitches(plan: Plan): Switches {
  return {
    missingScopes: [],
    http200Errors: false,
    denyConsent: false,
    serverToServerMe: true,
    dailyCaps: plan !== 'unlimited',
    reauthorizationRevokes: false,
    redirectNeedsToken: false,
    accessTokenSeconds: 3600,
    consentUser: 0,
    recordingBytes: null,
    pageTokenMs: 15 * MINUTE,
    repeatedRows: 0,
    participantLagSeconds: 0,
    reportLagSeconds: 0,
    upcomingDates: false,
    drift: [],
  };
}

const FLAGS = [
  'http200Errors',
  'denyConsent',
  'serverToServerMe',
  'dailyCaps',
  'reauthorizationRevokes',
  'redirectNeedsToken',
  'upcomingDates',
] as const;

/** Whole numbers of 0 or more. */
const COUNTS = ['pageTokenMs', 'repeatedRows', 'participantLagSeconds', 'reportLagSeconds'] as const;

/** Names that a control request may set. */
export const SWITCH_NAMES = [
  'missingScopes',
  ...FLAGS,
  ...COUNTS,
  'drift',
  'accessTokenSeconds',
  'consentUser',
  'recordingBytes',
] as const;

/** What a control request sets, or what is wrong with it. */
export function readSwitches(body: Readonly<Record<string, unknown>>): Partial<Switches> | string {
  const set: Partial<Switches> = {};
  for (const name of FLAGS) {
    const value = body[name];
    if (typeof value === 'boolean') set[name] = value;
    else if (value !== undefined) return `${name} must be true or false`;
  }
  for (const name of COUNTS) {
    const value = body[name];
    if (isCount(value)) set[name] = value;
    else if (value !== undefined) return `${name} must be a whole number of 0 or more`;
  }
  if (body['drift'] !== undefined) {
    const drift = readDrift(body['drift']);
    if (typeof drift === 'string') return drift;
    set.drift = drift;
  }
  const { missingScopes, accessTokenSeconds, consentUser, recordingBytes } = body;
  if (missingScopes !== undefined) {
    if (!isStrings(missingScopes)) return 'missingScopes must be an array of strings';
    set.missingScopes = missingScopes;
  }
  if (accessTokenSeconds !== undefined) {
    if (typeof accessTokenSeconds !== 'number' || !(accessTokenSeconds > 0)) {
      return 'accessTokenSeconds must be a number above 0';
    }
    set.accessTokenSeconds = accessTokenSeconds;
  }
  if (consentUser !== undefined) {
    if (!isCount(consentUser)) return 'consentUser must be the index of a user';
    set.consentUser = consentUser;
  }
  if (recordingBytes !== undefined) {
    if (recordingBytes !== null && !isCount(recordingBytes))
      return 'recordingBytes must be a whole number or null';
    set.recordingBytes = recordingBytes;
  }
  return set;
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
