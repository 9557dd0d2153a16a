// The Neuromorphe Traum-Engine from sclang, over OSC. The commands by name are in Commands.sc, which is generated.
LiveEngine {
	var <host, <port, <addr, <values, <clock;
	var waiting, count, listeners, patterns, receiver, keeper;

	*new { |host = "127.0.0.1", port = 9000|
		^super.newCopyArgs(host, port).init
	}

	init {
		addr = NetAddr(host, port);
		values = IdentityDictionary.new; // address (a Symbol) -> the newest values
		waiting = IdentityDictionary.new;
		listeners = List.new;
		patterns = Set.new;
		count = 0;
		receiver = { |message, time, from|
			if(from.port == port) { this.prReceive(message) };
		};
		thisProcess.addOSCRecvFunc(receiver);
		this.prGreet;
		// It keeps the subscriptions, and its answer is 0 from an engine that has started anew and knows nothing of us.
		keeper = SkipJack({ addr.sendMsg('/reply/page') }, 2, clock: SystemClock);
	}

	free {
		keeper.stop;
		thisProcess.removeOSCRecvFunc(receiver);
		addr.sendMsg('/unsubscribe');
	}

	// Run the command at an address. action gets the reply: one value, an Array of values, with rows = \record an Event,
	// with rows = true an Array of Events; fail gets (code, sentence). Arguments from the first nil on are left out.
	call { |address, args, action, fail, rows = false|
		var given = args.asArray;
		var id = ("#sc" ++ (count = count + 1)).asSymbol;
		given = given.keep(given.indexOf(nil) ? given.size);
		waiting[id] = (address: address.asSymbol, rows: rows, found: List.new, action: action, fail: fail);
		addr.sendMsg(address.asSymbol, *(given ++ [id]));
	}

	// Send commands together, latency seconds from now: engine.at(0.2, ['/track/1/clip/1/launch'], ['/track/2/mute', 1])
	at { |latency ... messages|
		addr.sendBundle(latency, *messages);
	}

	// Call listener.value(address, values) with each new value below a pattern, and once with those that there are.
	on { |pattern, listener|
		listeners.add(listener);
		patterns.add(pattern);
		addr.sendMsg('/subscribe', pattern);
	}

	// Say who an engine on another machine may let in: the token that `liveengine serve --lan` shows.
	hello { |token, name = "sclang"|
		addr.sendMsg('/hello', token, name);
	}

	// Let clock, a TempoClock for patterns, follow the engine's tempo and beat.
	follow {
		if(clock.isNil) {
			clock = TempoClock.new(2);
			this.on('/transport/tempo', { |address, found|
				if(address == '/transport/tempo') {
					clock.tempo = found[0] / 60;
					this.call('/transport/position', nil, { |beat| clock.beats = beat });
				}
			});
		};
		^clock
	}

	prReceive { |message|
		var address = message[0];
		case { address == '/reply' } { this.prReply(message) }
		{ address == '/error' } { this.prError(message) }
		{ #['/pong', '/synced'].includes(address).not } {
			values[address] = message.drop(1);
			listeners.do { |listener| listener.value(address, message.drop(1)) };
		}
	}

	prReply { |message|
		var asked = waiting[message.last.asSymbol], address = message[1], found = message.drop(2);
		if(address == '/reply/page' and: { message[2] == 0 }) { this.prGreet };
		if(found.last.asString.beginsWith("#sc")) { found = found.drop(-1) };
		if(values[address].notNil) { values[address] = found }; // who sets a value is told it here and nowhere else
		if(asked.notNil) {
			if(asked.rows == true) { this.prRow(asked, message.last.asSymbol, found) } {
				waiting.removeAt(message.last.asSymbol);
				asked[\action].value(this.prValue(asked.rows, found));
			}
		}
	}

	prGreet {
		addr.sendMsg('/reply/page', 1000);
		patterns.do { |pattern| addr.sendMsg('/subscribe', pattern) };
	}

	prValue { |rows, found|
		var record = ();
		if(rows == \record) { found.pairsDo { |key, value| record[key] = value }; ^record };
		^if(found.size < 2) { found[0] } { found }
	}

	// index, count, key, value, key, value ...: a long row comes in parts with the same index
	prRow { |asked, id, found|
		if(found[0] > asked.found.size) { asked.found.add(()) };
		if(found[0] > 0) { found.drop(2).pairsDo { |key, value| asked.found.last[key] = value } };
		if(found[0] == found[1]) {
			waiting.removeAt(id);
			asked[\action].value(asked.found.asArray);
		}
	}

	prError { |message|
		var id = message.last.asSymbol, asked = waiting.removeAt(id);
		if(asked.notNil and: { asked[\fail].notNil }) { asked[\fail].value(message[2], message[3]) } {
			"liveengine: % %: %".format(message[1], message[2], message[3]).warn;
		}
	}
}
