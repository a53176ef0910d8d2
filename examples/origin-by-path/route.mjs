/** What is below /films/ is another service, at a domain of its own, where it is at the root. */
const FILMS = {
  customHeaders: {},
  domainName: 'films.example.com',
  keepaliveTimeout: 5,
  path: '',
  port: 443,
  protocol: 'https',
  readTimeout: 30,
  sslProtocols: ['TLSv1.2'],
};

export async function handler(event) {
  const { request } = event.Records[0].cf;
  if (!request.uri.startsWith('/films/')) return request;
  request.origin = { custom: FILMS };
  request.headers.host = [{ key: 'Host', value: FILMS.domainName }];
  request.uri = request.uri.slice('/films'.length);
  return request;
}
