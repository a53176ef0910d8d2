/** What a page may do, said to the browser on every answer that is not an error page of CloudFront's own. */
var HEADERS = {
  'strict-transport-security': 'max-age=63072000; includeSubDomains; preload',
  'content-security-policy': "default-src 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
};

function handler(event) {
  var headers = event.response.headers;
  Object.keys(HEADERS).forEach((name) => {
    headers[name] = { value: HEADERS[name] };
  });
  return event.response;
}
