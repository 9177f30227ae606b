import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkTo } from '../../src/http/link-header.ts';

const next = (header: string | null) => linkTo(header, 'next')?.toString();

test('the address of a relation is found as RFC 8288 has it', () => {
  const github =
    '<https://api.github.com/repositories/1300192/issues?page=4>; rel="prev", ' +
    '<https://api.github.com/repositories/1300192/issues?page=2&q=a%2Cb>; rel="next"';
  assert.equal(next(github), 'page=2&q=a%2Cb');
  assert.equal(linkTo(github, 'prev')?.get('page'), '4');
  assert.equal(next('</items?after=x1>; rel=next'), 'after=x1');
  assert.equal(next('<?page=3#top>;rel="NEXT"'), 'page=3');
  assert.equal(
    next('<https://a.example/?page=9>; title="one, two; rel=\\"x\\""; rel="start next"'),
    'page=9',
  );
  assert.equal(next('<https://a.example/?c=1,2>; rel="next"'), 'c=1%2C2');
});

test('without such a relation there is no address', () => {
  for (const header of [
    null,
    '',
    'nonsense',
    '<https://a.example/?page=2>',
    '<https://a.example/?page=2>; rel="last"',
    '<https://a.example/?page=2>; title="rel=next"',
    '<https://a.example/?page=2; rel="next"',
  ]) {
    assert.equal(next(header), undefined, String(header));
  }
});

test('a header without end is looked at in a moment', () => {
  for (const header of [
    '<'.repeat(16_000),
    '<a>;'.repeat(4000),
    `<a>${'; b="'.repeat(3000)}`,
    'x'.repeat(1e6),
  ]) {
    const begun = performance.now();
    assert.equal(next(header), undefined);
    assert.ok(performance.now() - begun < 1000, header.slice(0, 20));
  }
});
