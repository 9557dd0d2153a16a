// Renders openapi.json: every operation with its arguments and a form that sends it.
// @ts-check

const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

let schemas = {};
const resolve = (schema) => (schema?.$ref ? schemas[schema.$ref.split('/').pop()] ?? {} : schema ?? {});

const limits = (schema) => {
  const kinds = (schema.anyOf ?? [schema]).map(resolve);
  const words = kinds.map((kind) => {
    const range = [kind.minimum, kind.maximum].some((limit) => limit !== undefined)
      ? ` ${kind.minimum ?? '…'}–${kind.maximum ?? '…'}` : '';
    return (kind.enum?.join(' | ') ?? kind.type ?? 'any') + range;
  });
  const fallback = schema.default === undefined || schema.default === null ? '' : `, default ${JSON.stringify(schema.default)}`;
  return words.join(' or ') + fallback;
};

const field = (name, schema, required, place) => make('label', {},
  make('span', {}, name, required ? ' *' : ''),
  make('input', { name: `${place}:${name}`, required, placeholder: limits(schema) }),
  make('small', {}, resolve(schema).description ?? ''));

// What a field means: numbers, booleans and lists as JSON, everything else as text.
const parse = (text) => {
  try { return JSON.parse(text); } catch { return text; }
};

const send = async (form, path, method, output) => {
  let url = path;
  const query = new URLSearchParams();
  const body = {};
  for (const [key, value] of new FormData(form)) {
    const [place, name] = key.split(/:(.*)/s);
    if (value === '') continue;
    if (place === 'path') url = url.replace(`{${name}}`, encodeURIComponent(String(value)));
    else if (place === 'query') query.set(name, String(value));
    else body[name] = parse(String(value));
  }
  if (query.size) url += `?${query}`;
  const options = method === 'get' ? {} : { method: method.toUpperCase(), headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  output.textContent = '…';
  try {
    const answer = await fetch(url.replace(/^\//, ''), options);
    const text = answer.headers.get('content-type')?.includes('json') ? JSON.stringify(await answer.json(), null, 2)
      : `${answer.headers.get('content-type')}, ${(await answer.blob()).size} bytes`;
    output.textContent = `${answer.status} ${method.toUpperCase()} ${url}\n${text}`;
  } catch (error) {
    output.textContent = String(error);
  }
};

const operation = (path, method, described) => {
  const body = resolve(described.requestBody?.content?.['application/json']?.schema);
  const required = new Set(body.required ?? []);
  const output = make('pre', { hidden: true });
  const form = make('form', {},
    make('p', {}, (described.description ?? '').slice((described.summary ?? '').length)),
    ...(described.parameters ?? []).map((p) => field(p.name, p.schema, p.required, p.in)),
    ...Object.entries(body.properties ?? {}).map(([name, schema]) => field(name, schema, required.has(name), 'body')),
    make('button', {}, 'Send'), output);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    output.hidden = false;
    send(form, path, method, output);
  });
  const details = make('details', {},
    make('summary', {}, make('b', { className: method }, method.toUpperCase()), make('code', {}, path), make('span', {}, described.summary ?? '')), form);
  details.dataset.text = `${method} ${path} ${described.summary ?? ''}`.toLowerCase();
  return details;
};

const filter = document.getElementById('filter');

const sift = () => {
  const words = filter.value.toLowerCase().split(/\s+/);
  for (const details of document.querySelectorAll('details')) {
    details.hidden = !words.every((word) => details.dataset.text.includes(word));
  }
  for (const section of document.querySelectorAll('section')) {
    section.hidden = !section.querySelector('details:not([hidden])');
  }
};

const show = async () => {
  const spec = await (await fetch('openapi.json')).json();
  schemas = spec.components?.schemas ?? {};
  document.getElementById('title').textContent = `${spec.info.title} · HTTP API`;
  document.getElementById('about').textContent = spec.info.description ?? '';
  const groups = new Map();
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const [method, described] of Object.entries(item)) {
      const group = described.tags?.[0] ?? 'other';
      if (!groups.has(group)) groups.set(group, make('section', { id: group }, make('h2', {}, group)));
      groups.get(group).append(operation(path, method, described));
    }
  }
  const sorted = [...groups].sort(([one], [other]) => one.localeCompare(other));
  document.getElementById('operations').append(...sorted.map(([, section]) => section));
  document.getElementById('groups').append(...sorted.map(([group]) => make('a', { href: `docs#${group}` }, group)));
  filter.addEventListener('input', sift);
  sift(); // what was typed meanwhile
};

show();
