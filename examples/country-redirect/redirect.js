/** Viewers of some countries are sent to their language, unless they are there. */
var LANGUAGES = { AT: 'de', CH: 'de', DE: 'de', FR: 'fr' };

function handler(event) {
  var request = event.request;
  var country = request.headers['cloudfront-viewer-country'];
  var language = country && LANGUAGES[country.value];
  if (!language || /^\/(de|fr)\//.test(request.uri)) return request;
  return {
    statusCode: 302,
    statusDescription: 'Found',
    headers: { location: { value: `/${language}${request.uri}` } },
  };
}
