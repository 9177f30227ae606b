import { checkActions, checkStreams } from './conformance/declarations.ts';
import { Findings } from './conformance/finding.ts';
import { loadReferences } from './conformance/reference.ts';
import { checkSamples } from './conformance/samples.ts';
import { connectors } from '../src/catalog.ts';
const findings = new Findings();
console.time('load');
const refs = loadReferences('../shared/reference');
console.timeEnd('load');
for (const connector of Object.values(connectors)) {
  const subject = { connector, reference: refs[connector.id]! };
  console.log(connector.id, checkActions(subject, findings), checkStreams(subject, findings), checkSamples(subject, findings));
}
for (const d of findings.sort([]).deviations) console.log(JSON.stringify(d));
