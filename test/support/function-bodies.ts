/** Bundles of Lambda@Edge functions of somebody else, for tests. */

/**
 * A function that does what the request names: the body that belongs to the first segment of the path.
 * A body sees `event`, `request`, and at a response event `response`; without one, the request or response goes on.
 */
export function lambdaBundle(bodies: Readonly<Record<string, string>>): string {
  const cases = Object.entries(bodies).map(
    ([name, body]) => `${JSON.stringify(name)}: async (event, request, response) => { ${body} },`,
  );
  return `
const BODIES = { ${cases.join('\n')} };
exports.handler = async (event) => {
  const { request, response } = event.Records[0].cf;
  const run = BODIES[request.uri.split('/')[1]];
  return run ? run(event, request, response) : (response ?? request);
};`;
}
