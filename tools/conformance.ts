/**
 * Holds the connectors and the sandbox against the official documents of Zoom and Brevo: `npm run conformance`.
 * The documents are not ours to publish, so they stay outside the repository; without them nothing is checked.
 */
import { join } from 'node:path';
import { connectors } from '../src/catalog.ts';
import type { Connector } from '../src/core/connector.ts';
import { checkActions, type Subject } from './conformance/declarations.ts';
import { Findings } from './conformance/finding.ts';
import { KNOWN } from './conformance/known-deviations.ts';
import { isReference, loadReferences } from './conformance/reference.ts';
import { toText, type Report } from './conformance/report.ts';
import { checkSamples } from './conformance/samples.ts';
import { driveSandbox } from './conformance/sandbox-run.ts';
import { checkStreams } from './conformance/streams.ts';

const asked = process.env['TRUNKLINE_REFERENCE'];
const folder = asked ?? join(import.meta.dirname, '..', '..', 'shared', 'reference');

if (isReference(folder)) {
  const report = await run(folder);
  process.stdout.write(`${process.argv.includes('--json') ? JSON.stringify(report) : toText(report)}\n`);
  process.exitCode = report.ok ? 0 : 1;
} else {
  process.stderr.write(`conformance: NOT CHECKED, no reference documents in ${folder}\n`);
  // Where somebody named the place, a build must not pass because it is empty.
  process.exitCode = asked !== undefined && process.env['CI'] === 'true' ? 1 : 0;
}

async function run(reference: string): Promise<Report> {
  const references = loadReferences(reference);
  const findings = new Findings();
  const subjects: Subject[] = Object.values<Connector>(connectors).flatMap((connector) => {
    const documents = references[connector.id];
    return documents ? [{ connector, reference: documents }] : [];
  });
  let requests = 0;
  let samples = 0;
  let streams = 0;
  for (const subject of subjects) {
    requests += checkActions(subject, findings);
    const declared = checkStreams(subject, findings);
    streams += declared.streams;
    requests += declared.requests;
    samples += declared.samples;
    samples += checkSamples(subject, findings);
  }
  const { exchanges, notSimulated } = await driveSandbox(subjects, findings);
  const { deviations, known, stale } = findings.part(KNOWN);
  const ok = deviations.length === 0 && stale.length === 0;
  // Every exchange has a request that was checked too.
  requests += exchanges;
  return { ok, streams, requests, answers: exchanges, samples, notSimulated, deviations, known, stale };
}
