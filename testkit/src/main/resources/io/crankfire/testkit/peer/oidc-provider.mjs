// An OpenID provider on loopback for tests: its library's folder is the argument, its port the first line of output.
// It ends when its standard input does.
import http from 'node:http';
import { pathToFileURL } from 'node:url';

const { Provider, errors } = await import(pathToFileURL(`${process.argv[2]}/lib/index.js`));
const SCOPE = 'openid offline_access';

function client(id, method) {
  return {
    client_id: id,
    client_secret: 'a secret:with+signs/and=more&%',
    grant_types: ['client_credentials', 'password', 'refresh_token'],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: method,
  };
}

function create(issuer) {
  const provider = new Provider(issuer, {
    clients: [client('basic client', 'client_secret_basic'), client('post client', 'client_secret_post')],
    scopes: ['openid', 'offline_access', 'api:read', 'api:write'],
    features: {
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      devInteractions: { enabled: false },
    },
    ttl: { ClientCredentials: 600, AccessToken: 300, RefreshToken: 3600, Grant: 3600 },
    rotateRefreshToken: true,
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  });
  provider.registerGrantType('password', async (ctx) => {
    const { username, password } = ctx.oidc.params;
    if (username !== 'user' || password !== 'pass word&more') {
      throw new errors.InvalidGrant('wrong user or password');
    }
    const { client } = ctx.oidc;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: username });
    grant.addOIDCScope(SCOPE);
    const common = { accountId: username, client, grantId: await grant.save(), gty: 'password', scope: SCOPE };
    const access = new provider.AccessToken(common);
    const refresh = new provider.RefreshToken(common);
    ctx.body = {
      access_token: await access.save(),
      expires_in: access.expiration,
      token_type: 'Bearer',
      refresh_token: await refresh.save(),
      scope: SCOPE,
    };
  }, ['username', 'password', 'scope']);
  return provider;
}

// What a token opens: says whose it is and what it allows.
async function resource(provider, request, response) {
  const [scheme, value] = (request.headers.authorization ?? '').split(' ');
  const token = scheme === 'Bearer' && value
    ? await provider.ClientCredentials.find(value) ?? await provider.AccessToken.find(value)
    : undefined;
  response.statusCode = token ? 200 : 401;
  response.end(token ? `${token.accountId ?? token.clientId} ${token.scope ?? ''} ${token.gty ?? ''}` : '');
}

const server = http.createServer();
server.listen(0, '127.0.0.1', () => {
  const provider = create(`http://127.0.0.1:${server.address().port}`);
  const callback = provider.callback();
  server.on('request', (request, response) => {
    if (request.url === '/resource') {
      resource(provider, request, response);
    } else {
      callback(request, response);
    }
  });
  console.log(server.address().port);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit());
