-- What the document itself does: the connection, what the slots show, the words that are searched for.
-- Each control's address stands in its name, with {c1} {r1} for a column and row of the window over tracks and scenes,
-- and {track} and so on for the numbers chosen under "All"; a label that shows a value has a = before it. The address of
-- this moment goes into the control's tag, where its own OSC message finds it.

local LOOKS = { empty = '26292EFF', stopped = '4A6580FF', queued = 'C08A20FF', playing = '2F9E54FF', stopping = 'B0563AFF' }
local DARK, LIT, GOOD, BAD = '808791FF', 'E8A020FF', '40B060FF', 'B83333FF'
local PING, LOST, AGAIN, BLINK = 1000, 3500, 30000, 250 -- ms
local PAGE = 1000 -- messages of an answer that come at once; an engine that says 0 has forgotten us

local addressed, named, at = {}, {}, {} -- controls with an address; by name; by the address of this moment
local known, found = {}, {} -- the newest value of each address; the matches of the search
local numbers = {}
local left, top = 0, 0 -- what the window begins behind
local line, token, port = '', '', 0
local here, refused = false, false
local pinged, heard, asked, blinked, bright = -PING, 0, 0, 0, false
local listening, focus = {}, nil

local function colour(control, hex)
  control.color = Color.fromHexString(hex)
end

local function each(name, act)
  for _, control in ipairs(named[name] or {}) do act(control) end
end

local function write(name, text)
  each(name, function(control) control.values.text = text end)
end

local function say(text)
  write('said', text)
  write('answer', text)
end

local function number(name)
  local kind, place = string.match(name, '^([cr])(%d+)$')
  if kind == 'c' then return left + place end
  if kind == 'r' then return top + place end
  return numbers[name] or 1
end

local function filled(template)
  return (string.gsub(template, '{(%w+)}', function(name) return string.format('%d', number(name)) end))
end

local function shown(address, value)
  if value == nil then return '' end
  if type(value) ~= 'number' then return tostring(value) end
  if string.find(address, '/level$') then return value <= -144 and '-inf' or string.format('%.1f dB', value) end
  return string.format(value == math.floor(value) and '%d' or '%.2f', value)
end

local function look(control, state)
  colour(control, LOOKS[state] or LOOKS.empty)
end

-- Shows an address's newest value on the controls of this moment.
local function show(address)
  local pad = string.match(address, '^(.*/clip/%d+)/state$')
  for _, one in ipairs(at[pad and pad .. '/look' or address] or {}) do
    if pad then
      look(one.control, known[address])
    elseif one.label then
      one.control.values.text = shown(address, known[address])
    end
  end
end

-- Gives each control its address of this moment, and shows what is known of it.
local function aim()
  at = {}
  for _, one in ipairs(addressed) do
    local address = filled(one.template)
    one.control.tag = address
    at[address] = at[address] or {}
    table.insert(at[address], one)
  end
  for address in pairs(at) do
    show((string.gsub(address, '/look$', '/state')))
  end
  each('number', function(control) control.values.text = control.tag .. ' ' .. number(control.tag) end)
  each('column', function(control) control.values.text = string.format('%d', left + control.tag) end)
  each('choose', function(control) colour(control, left + control.tag == number('track') and LIT or DARK) end)
  write('window', string.format('%d-%d / %d-%d', left + 1, left + COLUMNS, top + 1, top + ROWS))
end

local function listen(verb)
  for _, track in ipairs(listening) do
    sendOSC('/live/track/' .. verb .. '/output_meter_level', track)
  end
end

local function want(pattern)
  if port > 0 then sendOSC('/subscribe', pattern, port) else sendOSC('/subscribe', pattern) end
end

-- Asks for the state of everything that is shown, and for each change of it.
local function subscribe()
  asked = getMillis()
  if port > 0 then sendOSC('/reply/port', port) end
  sendOSC('/reply/page', PAGE)
  local now = filled('/track/{track}/clip/{slot}/*') -- of which "All" shows everything
  if focus and focus ~= now then sendOSC('/unsubscribe', focus) end
  focus = now
  for _, pattern in ipairs(PATTERNS) do want(pattern) end
  want(focus)
  listen('stop_listen')
  listening = {}
  for column = 1, COLUMNS do table.insert(listening, left + column - 1) end
  listen('start_listen')
  sendOSC('/live/song/start_listen/beat')
end

local function connection()
  write('status', here and 'connected' or 'no engine')
  each('light', function(control) colour(control, here and GOOD or BAD) end)
end

local function knock(now)
  pinged = now
  if port > 0 and not here then sendOSC('/reply/port', port) end
  if token ~= '' and not here and not refused then sendOSC('/hello', token, 'TouchOSC') end
  sendOSC('/ping')
  if here then sendOSC('/reply/page') end
end

function update()
  local now = getMillis()
  if now - pinged >= PING then knock(now) end
  if here and now - heard > LOST then
    here = false
    connection()
  end
  if here and now - asked > AGAIN then subscribe() end
  if now - blinked >= BLINK then
    blinked, bright = now, not bright
    for address, controls in pairs(at) do
      if string.find(address, '/look$') and known[string.gsub(address, '/look$', '/state')] == 'queued' then
        for _, one in ipairs(controls) do look(one.control, bright and 'queued' or 'stopped') end
      end
    end
  end
end

-- ── what comes from the engine ──

local function row(values, first)
  local facts = {}
  for n = first, #values - 1, 2 do facts[values[n]] = values[n + 1] end
  return facts
end

local function match(place, facts)
  found[place] = facts.id and facts or nil
  each('match' .. place, function(control) control.values.text = facts.id and (facts.title or facts.name or '') or '' end)
end

local function matches(values)
  if values[3] == 0 then say('nothing like that') end
  if (values[2] or 0) <= 1 then
    for place = 1, MATCHES do match(place, {}) end
  end
  if (values[2] or 0) >= 1 and values[2] <= MATCHES then match(values[2], row(values, 4)) end
end

local function reply(values)
  local address = values[1]
  if address == '/stems/search' then
    matches(values)
  elseif address == '/reply/page' then
    if values[2] == 0 then subscribe() end
  elseif address == '/hello' then
    write('role', 'paired: ' .. tostring(values[2]))
  elseif string.find(address, '/prompt$') or string.find(address, '/swap$') then
    local facts = row(values, 2)
    say((facts.title or facts.name or 'launched') .. (facts.beat and string.format(', beat %.0f', facts.beat) or ''))
  elseif string.sub(address, 1, 7) ~= '/reply/' and #values > 1 then
    local words = {}
    for n = 2, math.min(#values, 60) do words[n - 1] = shown('', values[n]) end
    say(table.concat(words, ' '))
  end
end

local function fault(values)
  if values[1] == '/hello' then
    refused = true
    write('role', tostring(values[3]))
  end
  say(tostring(values[3] or values[2]))
end

local function meter(values)
  for _, one in ipairs(at['/meter/' .. string.format('%d', values[1] + 1)] or {}) do
    one.control.values.x = values[2]
  end
end

function onReceiveOSC(message)
  local path, values = message[1], {}
  for n, argument in ipairs(message[2]) do values[n] = argument.value end
  heard = getMillis()
  if not here then
    here = true
    connection()
    subscribe()
  end
  if path == '/pong' then TRACKS = values[3] return true end
  if path == '/reply' then reply(values) return true end
  if path == '/error' then fault(values) return true end
  if path == '/live/track/get/output_meter_level' then meter(values) return true end
  if path == '/live/song/get/beat' then
    write('beat', string.format('%d.%d', math.floor(values[1] / 4) + 1, values[1] % 4 + 1))
    return true
  end
  if #values > 0 then
    known[path] = values[1]
    if values[1] == 'empty' then
      known[string.gsub(path, '/state$', '/name')] = ''
      show((string.gsub(path, '/state$', '/name')))
    elseif values[1] == 'stopped' and type(values[3]) == 'string' then -- a stem was loaded: its name comes last
      known[string.gsub(path, '/state$', '/name')] = values[3]
      show((string.gsub(path, '/state$', '/name')))
    end
    show(path)
  end
  return false
end

-- ── what the buttons ask for: each notifies its name, with its tag ──

local function typed(text)
  line = text
  write('line', line == '' and 'words, e.g. dark hypnotic kick' or line)
end

local function free(track)
  for slot = 1, 64 do
    local state = known[string.format('/track/%d/clip/%d/state', track, slot)]
    if state == 'empty' then return slot end
    if state == nil then break end
  end
  return number('slot')
end

local function move(x, y)
  left, top = math.clamp(left + x * COLUMNS, 0, TRACKS - COLUMNS), math.clamp(top + y * ROWS, 0, SCENES - ROWS)
  aim()
  if here then subscribe() end
end

local DO = {
  word = function(word) typed(line == '' and word or line .. ' ' .. word) end,
  key = function(letter) typed(line .. letter) end,
  words = typed,
  delete = function() typed((string.gsub(line, '[^\128-\191][\128-\191]*$', ''))) end, -- a letter may be several bytes
  clear = function() typed('') end,
  find = function() sendOSC('/stems/search', line, MATCHES) end,
  hear = function() sendOSC('/cue/audition/prompt', line) end,
  launch = function() sendOSC(string.format('/track/%d/launch/prompt', number('track')), line) end,
  choose = function(column)
    numbers.track = left + column
    aim()
    if here then subscribe() end
  end,
  left = function() move(-1, 0) end,
  right = function() move(1, 0) end,
  up = function() move(0, -1) end,
  down = function() move(0, 1) end,
  tempo = function(by) sendOSC('/transport/tempo', (known['/transport/tempo'] or 120) + by) end,
  page = function(page)
    each('commands', function(control) control.values.page = tonumber(page) end)
    each('page', function(control) colour(control, control.tag == page and LIT or DARK) end)
  end,
  hello = function()
    token, refused, here = line, false, false
    write('token', token)
    connection()
  end,
  port = function(number)
    port = port == 0 and tonumber(number) or 0
    write('answers', port == 0 and 'answers: same connection' or 'answers: UDP ' .. port)
    sendOSC('/reply/port', port)
    here = false
  end,
}

function DO.listen(place)
  local one = found[tonumber(place)]
  if one then sendOSC('/cue/audition', one.id) end
end

function DO.load(place)
  local one, track = found[tonumber(place)], number('track')
  if one then
    numbers.stem = one.id
    sendOSC(string.format('/track/%d/clip/%d/load', track, free(track)), one.id)
    aim()
  end
end

function DO.step(what)
  local name, by = string.match(what, '^(%w+) (%S+)$')
  numbers[name] = math.max(1, number(name) + by)
  aim()
  if here and (name == 'track' or name == 'slot') then subscribe() end
end

function DO.send(template)
  local kind, address = string.match(template, '^(%w+) (%S+)$')
  if kind == 'text' then
    sendOSC(filled(address), line)
  elseif kind == 'several' then -- each word is a value
    local values = {}
    for word in string.gmatch(line, '%S+') do table.insert(values, tonumber(word) or word) end
    sendOSC(filled(address), unpack(values))
  elseif tonumber(line) then
    sendOSC(filled(address), tonumber(line))
  else
    say('type a number first, under Find')
  end
end

function onReceiveNotify(name, tag)
  if DO[name] then DO[name](tag) end
end

local function gather(control)
  local label, template = string.match(control.name, '^(=?)(/.*)$')
  if template then
    table.insert(addressed, { control = control, template = template, label = label == '=' })
  else
    named[control.name] = named[control.name] or {}
    table.insert(named[control.name], control)
  end
  local children = control.children
  for n = 1, children and #children or 0 do gather(children[n]) end
end

function init()
  gather(self)
  each('token', function(control) token = control.values.text end)
  typed('')
  connection()
  aim()
  DO.page('0')
end
