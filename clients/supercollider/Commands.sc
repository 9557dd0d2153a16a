// Generated from the registry of commands by `python -m liveengine.cli.layouts`; do not edit.
+ LiveEngine {
	// Turn a sentence into a plan and load its stems: one track per role, one scene per section.
	arrange { |prompt, seed, action, fail|
		this.call("/arrange", [prompt, seed], action, fail, \record)
	}

	// The plan that was arranged last, with its placements.
	arrangePlan { |action, fail|
		this.call("/arrange/plan", [], action, fail, \record)
	}

	// Play the plan from its first section, from the next bar on; returns the beat at which it begins.
	arrangePlay { |action, fail|
		this.call("/arrange/play", [], action, fail)
	}

	// The section that plays, counted from 1; 0 while the plan does not play.
	arrangeSection { |action, fail|
		this.call("/arrange/section", [], action, fail)
	}

	// End the walk through the plan and stop its tracks at the next bar.
	arrangeStop { |action, fail|
		this.call("/arrange/stop", [], action, fail)
	}

	// Whether a bus is heard on the cue bus: before its fader, muted or not.
	busCue { |bus, value, action, fail|
		this.call("/bus/%/cue".format(bus), [value], action, fail)
	}

	// The fader of a bus, 0 to 1; 0.75 = 0 dB, 1 = +6 dB.
	busGain { |bus, value, action, fail|
		this.call("/bus/%/gain".format(bus), [value], action, fail)
	}

	// The level of a bus in decibels, -144 to +6.
	busLevel { |bus, value, action, fail|
		this.call("/bus/%/level".format(bus), [value], action, fail)
	}

	// Whether a bus is silenced.
	busMute { |bus, value, action, fail|
		this.call("/bus/%/mute".format(bus), [value], action, fail)
	}

	// The name of a bus.
	busName { |bus, value, action, fail|
		this.call("/bus/%/name".format(bus), [value], action, fail)
	}

	// Where a bus goes: master, or none; its own outputs carry it in any case.
	busOutput { |bus, value, action, fail|
		this.call("/bus/%/output".format(bus), [value], action, fail)
	}

	// The balance of a bus, -1 left to 1 right.
	busPan { |bus, value, action, fail|
		this.call("/bus/%/pan".format(bus), [value], action, fail)
	}

	// Whether a bus is soloed: what goes into it is heard, and nothing else.
	busSolo { |bus, value, action, fail|
		this.call("/bus/%/solo".format(bus), [value], action, fail)
	}

	// Give this client the name by which the others see it; returns what they see.
	clientName { |name, action, fail|
		this.call("/client/name", [name], action, fail)
	}

	// Tell who is there: name, role, door, and the tracks that each has changed in the last seconds.
	clients { |action, fail|
		this.call("/clients", [], action, fail, true)
	}

	// List all commands: address, kind, arguments (those in brackets may be left out), role to act, summary.
	commands { |action, fail|
		this.call("/commands", [], action, fail, true)
	}

	// Listen to a stem on the cue bus, in the session's tempo, and in its key or in that of what plays.
	cueAudition { |stem, quantum, action, fail|
		this.call("/cue/audition", [stem, quantum], action, fail, \record)
	}

	// Find a stem by a sentence and listen to it on the cue bus, in the session's tempo and key.
	cueAuditionPrompt { |prompt, quantum, category, action, fail|
		this.call("/cue/audition/prompt", [prompt, quantum, category], action, fail, \record)
	}

	// The fader of the cue bus, 0 to 1; 0.75 = 0 dB, 1 = +6 dB.
	cueGain { |value, action, fail|
		this.call("/cue/gain", [value], action, fail)
	}

	// The level of the cue bus in decibels, -144 to +6.
	cueLevel { |value, action, fail|
		this.call("/cue/level", [value], action, fail)
	}

	// The stem that is listened to on the cue bus or waits to be; 0 = none.
	cueStem { |action, fail|
		this.call("/cue/stem", [], action, fail)
	}

	// End what is listened to on the cue bus, at once; the tracks' cue switches stay.
	cueStop { |action, fail|
		this.call("/cue/stop", [], action, fail)
	}

	// Learn anew from what was kept and add new stems around it, tagged `dreamt`; categories: "kick, bass".
	dream { |categories, most, seed, action, fail|
		this.call("/dream", [categories, most, seed], action, fail, \record)
	}

	// Tell what a dream would learn now, category by category, and where too little was kept.
	dreamLessons { |categories, action, fail|
		this.call("/dream/lessons", [categories], action, fail, true)
	}

	// Teach the search your own words: a folder of sounds, with captions in a CSV file or in texts beside them.
	embeddingsTrain { |folder, name, captions, base, epochs, seed, force, action, fail|
		this.call("/embeddings/train", [folder, name, captions, base, epochs, seed, force], action, fail, \record)
	}

	// Search with another model; until every stem is heard with it, the search goes on with the one before.
	embeddingsUse { |name, action, fail|
		this.call("/embeddings/use", [name], action, fail, \record)
	}

	// Engine counters: stream, rate, block, load, xruns, late callbacks, voices, last gap, where cue is heard.
	engineStats { |action, fail|
		this.call("/engine/stats", [], action, fail, \record)
	}

	// Make new stems of a category with its model; they are in the library when the job is done.
	generate { |category, mode, count, stems, other, amount, tempo, bars, seed, action, fail|
		this.call("/generate", [category, mode, count, stems, other, amount, tempo, bars, seed], action, fail, \record)
	}

	// Make new stems of every category that has a model, so many of each.
	generateAll { |mode, count, seed, action, fail|
		this.call("/generate/all", [mode, count, seed], action, fail, \record)
	}

	// Add a file or folder to the library; originals are never touched.
	ingest { |path, action, fail|
		this.call("/ingest", [path], action, fail, \record)
	}

	// Tell how a job is doing.
	job { |job, action, fail|
		this.call("/job/%".format(job), [], action, fail, \record)
	}

	// Stop a job; what it has done stays. It takes the role that the job's own command takes.
	jobCancel { |job, action, fail|
		this.call("/job/%/cancel".format(job), [], action, fail, \record)
	}

	// List the files of a job that could not be used, each with the reason.
	jobFaults { |job, limit, action, fail|
		this.call("/job/%/faults".format(job), [limit], action, fail, true)
	}

	// Tell what was noted of a job, oldest first: tries, progress, warnings; the newest 200 lines are kept.
	jobLog { |job, after, action, fail|
		this.call("/job/%/log".format(job), [after], action, fail, true)
	}

	// Run a job again; what is done is not repeated, what was set aside is tried anew; takes its command's role.
	jobRetry { |job, action, fail|
		this.call("/job/%/retry".format(job), [], action, fail, \record)
	}

	// List the jobs, newest first: all, or those in a state, of a kind.
	jobs { |limit, state, kind, action, fail|
		this.call("/jobs", [limit, state, kind], action, fail, true)
	}

	// Tell how many jobs are in each state.
	jobsCounts { |action, fail|
		this.call("/jobs/counts", [], action, fail, \record)
	}

	// Synthesise the starter kit into the library's folder for raw material; `/ingest` takes it from there.
	kit { |seed, action, fail|
		this.call("/kit", [seed], action, fail, \record)
	}

	// The master fader, 0 to 1; 0.75 = 0 dB, 1 = +6 dB.
	masterGain { |value, action, fail|
		this.call("/master/gain", [value], action, fail)
	}

	// The level of the master in decibels, -144 to +6.
	masterLevel { |value, action, fail|
		this.call("/master/level", [value], action, fail)
	}

	// Sample memory in bytes: all, used, needed now, free; buffers; how often a stem was there or loaded ahead.
	memory { |action, fail|
		this.call("/memory", [], action, fail, \record)
	}

	// Whether each beat clicks on the cue bus while the transport runs; the first of a bar is higher.
	metronome { |value, action, fail|
		this.call("/metronome", [value], action, fail)
	}

	// Every how many beats the click is accented, counted from beat 0; 4 = each bar.
	metronomeBeats { |value, action, fail|
		this.call("/metronome/beats", [value], action, fail)
	}

	// The fader of the clicks, 0 to 1; 0.75 = 0 dB.
	metronomeGain { |value, action, fail|
		this.call("/metronome/gain", [value], action, fail)
	}

	// List what the controls of the connected MIDI devices do now: device, control, address, mode, shift.
	midiBindings { |action, fail|
		this.call("/midi/bindings", [], action, fail, true)
	}

	// List the connected MIDI devices: port, map, whether it has lights, the first column and row of its window.
	midiDevices { |action, fail|
		this.call("/midi/devices", [], action, fail, true)
	}

	// Free the MIDI controls that are bound to an address; returns how many. `/midi/undo` has them back.
	midiForget { |address, action, fail|
		this.call("/midi/forget", [address], action, fail)
	}

	// The address to which the next MIDI control that is moved will be bound; empty = none.
	midiLearn { |value, action, fail|
		this.call("/midi/learn", [value], action, fail)
	}

	// Take back the last MIDI control that was bound or freed, up to 50 of them; tells what it was.
	midiUndo { |action, fail|
		this.call("/midi/undo", [], action, fail)
	}

	// List every model: shipped, fetched, trained, or to be had; with its size, state and who uses it.
	models { |action, fail|
		this.call("/models", [], action, fail, true)
	}

	// Take a trained or fetched model off the disk; the one that the search uses or waits for stays.
	modelsRemove { |name, force, action, fail|
		this.call("/models/remove", [name, force], action, fail)
	}

	// Silence everything at once: all voices fade out, all that waits is dropped.
	panic { |action, fail|
		this.call("/panic", [], action, fail)
	}

	// Save what the master has played during the last seconds (all that is kept, if none are named).
	recordRetro { |seconds, action, fail|
		this.call("/record/retro", [seconds], action, fail, \record)
	}

	// Record the master to a WAV file; without a path to generated_tracks/take_<time>.wav of the library.
	recordStart { |path, action, fail|
		this.call("/record/start", [path], action, fail, \record)
	}

	// Whether a take grows: recording or stopped.
	recordState { |action, fail|
		this.call("/record/state", [], action, fail)
	}

	// End the take; the file is whole when this answers.
	recordStop { |action, fail|
		this.call("/record/stop", [], action, fail, \record)
	}

	// Turn a sentence into a finished track: a 44.1 kHz 16-bit WAV, in generated_tracks unless a path is given.
	render { |prompt, seed, path, action, fail|
		this.call("/render", [prompt, seed, path], action, fail, \record)
	}

	// Tell everything that is known of a rendered track: prompt, plan, stems.
	renderAt { |render, action, fail|
		this.call("/render/%".format(render), [], action, fail, \record)
	}

	// Forget a rendered track; its file stays.
	renderDelete { |render, action, fail|
		this.call("/render/%/delete".format(render), [], action, fail)
	}

	// List the rendered tracks, newest first.
	renders { |limit, offset, action, fail|
		this.call("/renders", [limit, offset], action, fail, true)
	}

	// Launch every clip of a scene together; tracks without a clip in it stop.
	sceneLaunch { |scene, quantum, action, fail|
		this.call("/scene/%/launch".format(scene), [quantum], action, fail, true)
	}

	// Take a whole track apart into vocals, drums, bass and other: a file, or a stem of the library.
	separate { |path, stem, separator, scene, track, output, action, fail|
		this.call("/separate", [path, stem, separator, scene, track, output], action, fail, \record)
	}

	// List what can take tracks apart here, the best first, and which one the settings mean.
	separators { |action, fail|
		this.call("/separators", [], action, fail, true)
	}

	// Empty every slot; what plays fades out at once. Tempo and mixer stay.
	sessionClear { |action, fail|
		this.call("/session/clear", [], action, fail)
	}

	// The key, such as Am or F#, into which stems that are loaded are transposed; none = they stay as they are.
	sessionKey { |value, action, fail|
		this.call("/session/key", [value], action, fail)
	}

	// The scene that is looked at.
	sessionSelectedScene { |value, action, fail|
		this.call("/session/selected/scene", [value], action, fail)
	}

	// The track that is looked at, for clients that show or play one at a time.
	sessionSelectedTrack { |value, action, fail|
		this.call("/session/selected/track", [value], action, fail)
	}

	// Everything about the session at once: transport, tracks with their clips, master.
	sessionState { |action, fail|
		this.call("/session/state", [], action, fail, \record)
	}

	// List the settings: value, default, what they may be, and the value that the next start will take.
	settings { |action, fail|
		this.call("/settings", [], action, fail, true)
	}

	// Change a setting in the library's config.toml; without a value it is the default again.
	settingsChange { |key, value, action, fail|
		this.call("/settings/change", [key, value], action, fail, \record)
	}

	// Tell everything that is known of a stem.
	stem { |stem, action, fail|
		this.call("/stem/%".format(stem), [], action, fail, \record)
	}

	// Measure a stem anew; what you have corrected stays.
	stemAnalyse { |stem, action, fail|
		this.call("/stem/%/analyse".format(stem), [], action, fail, \record)
	}

	// Say how fast a stem is.
	stemBpm { |stem, value, action, fail|
		this.call("/stem/%/bpm".format(stem), [value], action, fail)
	}

	// Say what a stem is: kick, snare, hihat, bass, ... or an alias.
	stemCategory { |stem, value, action, fail|
		this.call("/stem/%/category".format(stem), [value], action, fail)
	}

	// Name the stems that were made from a stem.
	stemChildren { |stem, action, fail|
		this.call("/stem/%/children".format(stem), [], action, fail)
	}

	// Say who made a stem.
	stemCreator { |stem, value, action, fail|
		this.call("/stem/%/creator".format(stem), [value], action, fail)
	}

	// Remove a stem and the library's own copy; the file it came from stays.
	stemDelete { |stem, action, fail|
		this.call("/stem/%/delete".format(stem), [], action, fail)
	}

	// Double the tempo of a stem: the analysis heard only every second beat.
	stemDouble { |stem, action, fail|
		this.call("/stem/%/double".format(stem), [], action, fail)
	}

	// Say where the first beat of a bar lies.
	stemDownbeat { |stem, value, action, fail|
		this.call("/stem/%/downbeat".format(stem), [value], action, fail)
	}

	// Write a stem as a file with tempo, key, loop, slices, tags and licence inside.
	stemExport { |stem, folder, format, action, fail|
		this.call("/stem/%/export".format(stem), [folder, format], action, fail, \record)
	}

	// Mark a stem as favourite.
	stemFavourite { |stem, value, action, fail|
		this.call("/stem/%/favourite".format(stem), [value], action, fail)
	}

	// Halve the tempo of a stem: the analysis took every off-beat for a beat.
	stemHalf { |stem, action, fail|
		this.call("/stem/%/half".format(stem), [], action, fail)
	}

	// Keep a proposal: it is a stem of the library from here on; returns false for one that is already.
	stemKeep { |stem, action, fail|
		this.call("/stem/%/keep".format(stem), [], action, fail)
	}

	// Say in which key a stem is: Am, C, F#m, Bb.
	stemKey { |stem, value, action, fail|
		this.call("/stem/%/key".format(stem), [value], action, fail)
	}

	// Say under which licence a stem may be used.
	stemLicence { |stem, value, action, fail|
		this.call("/stem/%/licence".format(stem), [value], action, fail)
	}

	// Whether a stem is liked: what is like it comes earlier in searches.
	stemLike { |stem, value, action, fail|
		this.call("/stem/%/like".format(stem), [value], action, fail)
	}

	// Tell what a stem was made from and with, and what was made of it.
	stemLineage { |stem, action, fail|
		this.call("/stem/%/lineage".format(stem), [], action, fail, \record)
	}

	// Say whether a stem is a loop or a one-shot.
	stemLoop { |stem, value, action, fail|
		this.call("/stem/%/loop".format(stem), [value], action, fail)
	}

	// Make a variation of a stem, on its own grid; it becomes a stem of the library, with its lineage.
	stemMutate { |stem, amount, kind, seed, style, action, fail|
		this.call("/stem/%/mutate".format(stem), [amount, kind, seed, style], action, fail, \record)
	}

	// Say to which pack a stem belongs.
	stemPack { |stem, value, action, fail|
		this.call("/stem/%/pack".format(stem), [value], action, fail)
	}

	// Say from which stem a stem was made.
	stemParent { |stem, value, action, fail|
		this.call("/stem/%/parent".format(stem), [value], action, fail)
	}

	// Say how a stem came about: original, separated or generated.
	stemProvenance { |stem, value, action, fail|
		this.call("/stem/%/provenance".format(stem), [value], action, fail)
	}

	// Give a stem 0 to 5 stars.
	stemRating { |stem, value, action, fail|
		this.call("/stem/%/rating".format(stem), [value], action, fail)
	}

	// Whether a stem is rejected: what is like it comes later in searches; nothing is ever hidden.
	stemReject { |stem, value, action, fail|
		this.call("/stem/%/reject".format(stem), [value], action, fail)
	}

	// Take the edits of a stem away, or of one field: what the analysis says counts again.
	stemReset { |stem, field, action, fail|
		this.call("/stem/%/reset".format(stem), [field], action, fail, \record)
	}

	// Say which MIDI note a one-shot sounds.
	stemRoot { |stem, value, action, fail|
		this.call("/stem/%/root".format(stem), [value], action, fail)
	}

	// Find the stems that sound most like this one.
	stemSimilar { |stem, top_k, category, action, fail|
		this.call("/stem/%/similar".format(stem), [top_k, category], action, fail, true)
	}

	// Give a stem its tags; with +word and -word some are added and taken.
	stemTags { |stem, value, action, fail|
		this.call("/stem/%/tags".format(stem), [value], action, fail)
	}

	// Name a stem.
	stemTitle { |stem, value, action, fail|
		this.call("/stem/%/title".format(stem), [value], action, fail)
	}

	// Take one audio file into the library; answers with its stem when it is analysed. `/ingest` takes many.
	stemsAdd { |path, action, fail|
		this.call("/stems/add", [path], action, fail, \record)
	}

	// Measure every stem anew, with what this version knows; what you have corrected stays.
	stemsAnalyse { |action, fail|
		this.call("/stems/analyse", [], action, fail, \record)
	}

	// Tell how many stems each category holds.
	stemsCategories { |action, fail|
		this.call("/stems/categories", [], action, fail, \record)
	}

	// Which share of the matches was never heard before, 0 to 1, where relevance allows.
	stemsDiscovery { |value, action, fail|
		this.call("/stems/discovery", [value], action, fail)
	}

	// Change many stems in one step, all or none: ids, or the matches of a search.
	stemsEdit { |which, category, tags, bpm, factor, key, loop, rating, favourite, licence, pack, creator, limit, action, fail|
		this.call("/stems/edit", [which, category, tags, bpm, factor, key, loop, rating, favourite, licence, pack, creator, limit], action, fail, \record)
	}

	// Write many stems as files: ids, or the matches of a search.
	stemsExport { |which, folder, format, limit, action, fail|
		this.call("/stems/export", [which, folder, format, limit], action, fail, \record)
	}

	// Find stems by meaning and tell what was understood and how good the answer is.
	stemsFind { |prompt, top_k, category, min_similarity, loop, tempo, key, min_length, max_length, provenance, favourite, unheard, this_, proposals, action, fail|
		this.call("/stems/find", [prompt, top_k, category, min_similarity, loop, tempo, key, min_length, max_length, provenance, favourite, unheard, this_, proposals], action, fail, \record)
	}

	// Find stems that fit what is playing: in key, in time, where the spectrum is free, dense over sparse.
	stemsFitting { |prompt, top_k, category, action, fail|
		this.call("/stems/fitting", [prompt, top_k, category], action, fail, true)
	}

	// Find stems like what the master has just played, during so many seconds up to now.
	stemsHear { |seconds, prompt, top_k, category, min_similarity, action, fail|
		this.call("/stems/hear", [seconds, prompt, top_k, category, min_similarity], action, fail, \record)
	}

	// List what the current user searched for, newest first.
	stemsHistory { |limit, offset, action, fail|
		this.call("/stems/history", [limit, offset], action, fail, true)
	}

	// Forget what the current user searched for; returns how many searches there were.
	stemsHistoryClear { |action, fail|
		this.call("/stems/history/clear", [], action, fail)
	}

	// Search once more for what was searched for then; what fits is what fits what plays now.
	stemsHistoryRepeat { |search, action, fail|
		this.call("/stems/history/%/repeat".format(search), [], action, fail, true)
	}

	// List stems, of one category or all, oldest first.
	stemsList { |category, limit, offset, action, fail|
		this.call("/stems/list", [category, limit, offset], action, fail, true)
	}

	// Find stems by a sentence, stems and an audio file as examples, and sliders, each with its weight.
	stemsMix { |prompt, like, file, energy, mood, texture, movement, space, prompt_weight, file_weight, slider_weight, top_k, category, min_similarity, action, fail|
		this.call("/stems/mix", [prompt, like, file, energy, mood, texture, movement, space, prompt_weight, file_weight, slider_weight, top_k, category, min_similarity], action, fail, \record)
	}

	// Find stems that lead from one to another, each a step nearer to the end; similarity is that to the start.
	stemsPath { |start, end, steps, category, action, fail|
		this.call("/stems/path", [start, end, steps, category], action, fail, true)
	}

	// Make new stems that answer a sentence, around its best matches; `/stems/find proposals=true` ranks them.
	stemsPropose { |prompt, count, category, loop, tempo, key, this_, seed, action, fail|
		this.call("/stems/propose", [prompt, count, category, loop, tempo, key, this_, seed], action, fail, \record)
	}

	// List what was proposed and is not kept, newest first.
	stemsProposed { |action, fail|
		this.call("/stems/proposed", [], action, fail, true)
	}

	// List the stems that the current user has an opinion of, the most wanted first: said, kept, swapped, heard.
	stemsRanked { |category, limit, offset, action, fail|
		this.call("/stems/ranked", [category, limit, offset], action, fail, true)
	}

	// Give every stem a vector of the current search model.
	stemsReembed { |action, fail|
		this.call("/stems/reembed", [], action, fail, \record)
	}

	// Find stems by meaning, in English or German, the best for this user first.
	stemsSearch { |prompt, top_k, category, min_similarity, loop, tempo, key, min_length, max_length, provenance, favourite, unheard, this_, proposals, action, fail|
		this.call("/stems/search", [prompt, top_k, category, min_similarity, loop, tempo, key, min_length, max_length, provenance, favourite, unheard, this_, proposals], action, fail, true)
	}

	// Complete what is being typed: earlier searches, words of the lexicon, titles of stems.
	stemsSuggest { |text, limit, action, fail|
		this.call("/stems/suggest", [text, limit], action, fail, true)
	}

	// Take the last edit back, of one stem or of many; up to 100 of them.
	stemsUndo { |action, fail|
		this.call("/stems/undo", [], action, fail, \record)
	}

	// List the stems that no search has ever answered with, oldest first.
	stemsUnfound { |category, limit, offset, action, fail|
		this.call("/stems/unfound", [category, limit, offset], action, fail, \record)
	}

	// Stop every track at the next boundary of the quantum; the transport runs on.
	stop { |quantum, action, fail|
		this.call("/stop", [quantum], action, fail)
	}

	// Whether our beats are sent as MIDI clock, with start, stop, continue and song position.
	syncClock { |value, action, fail|
		this.call("/sync/clock", [value], action, fail)
	}

	// By how many milliseconds our clock comes after the beat as it leaves the speaker; negative = before.
	syncClockOffset { |value, action, fail|
		this.call("/sync/clock/offset", [value], action, fail)
	}

	// The MIDI output that gets our clock, by a part of its name; empty = a port of our own, named clock.
	syncClockOutput { |value, action, fail|
		this.call("/sync/clock/output", [value], action, fail)
	}

	// How our clock ticks: whether it is sent or why not, its ticks in the last second, the latest one's delay.
	syncClockState { |action, fail|
		this.call("/sync/clock/state", [], action, fail, \record)
	}

	// The beats within which Link's peers and we are at the same place: 4 = a bar.
	syncLinkQuantum { |value, action, fail|
		this.call("/sync/link/quantum", [value], action, fail)
	}

	// Whether Link's peers and we start and stop together.
	syncLinkStartstop { |value, action, fail|
		this.call("/sync/link/startstop", [value], action, fail)
	}

	// The MIDI port whose clock is followed, by a part of its name; empty = the first one that sends a clock.
	syncMidiInput { |value, action, fail|
		this.call("/sync/midi/input", [value], action, fail)
	}

	// By how many milliseconds what is heard comes after the master's beat; negative = before.
	syncOffset { |value, action, fail|
		this.call("/sync/offset", [value], action, fail)
	}

	// Who gives the beat: internal, link (Ableton Link, an extra), midi (a MIDI clock) or jack (its transport).
	syncSource { |value, action, fail|
		this.call("/sync/source", [value], action, fail)
	}

	// How the master is followed: locked, tempo, jitter, phase, peers.
	syncState { |action, fail|
		this.call("/sync/state", [], action, fail, \record)
	}

	// Tell what was learnt of the current user's taste, in words.
	taste { |action, fail|
		this.call("/taste", [], action, fail, \record)
	}

	// Forget what the current user likes, all or that of one stem; returns how many opinions there were.
	tasteReset { |stem, action, fail|
		this.call("/taste/reset", [stem], action, fail)
	}

	// How much taste moves the matches, 0 (not at all) to 1.
	tasteStrength { |value, action, fail|
		this.call("/taste/strength", [value], action, fail)
	}

	// The user whose taste orders the matches; a new name begins without opinions.
	tasteUser { |value, action, fail|
		this.call("/taste/user", [value], action, fail)
	}

	// Make a token for a role; one that it had counts no more, and who came in by that is out at once.
	tokenRenew { |role, action, fail|
		this.call("/token/renew", [role], action, fail, \record)
	}

	// Let nobody in as a role any more; who came in by its token is out at once.
	tokenRevoke { |role, action, fail|
		this.call("/token/revoke", [role], action, fail, \record)
	}

	// List the roles, and which of them has a token; on this machine with the tokens themselves.
	tokens { |action, fail|
		this.call("/tokens", [], action, fail, true)
	}

	// How many beats a clip lasts once, 0 = it has no beats.
	trackClipBeats { |track, slot, action, fail|
		this.call("/track/%/clip/%/beats".format(track, slot), [], action, fail)
	}

	// The choke group, 1 to 64: launching a clip fades the others of its group; 0 = none.
	trackClipChoke { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/choke".format(track, slot), [value], action, fail)
	}

	// Empty a slot; what it plays fades out at once.
	trackClipClear { |track, slot, action, fail|
		this.call("/track/%/clip/%/clear".format(track, slot), [], action, fail)
	}

	// The crossfade at the loop's end in milliseconds; the loop keeps its length.
	trackClipCrossfade { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/crossfade".format(track, slot), [value], action, fail)
	}

	// The follow action: none, stop, again, previous, next, first, last, any, other or jump.
	trackClipFollowA { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/follow/a".format(track, slot), [value], action, fail)
	}

	// The slot that the first follow action launches when it is jump.
	trackClipFollowASlot { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/follow/a/slot".format(track, slot), [value], action, fail)
	}

	// The other follow action, taken when chance does not choose the first.
	trackClipFollowB { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/follow/b".format(track, slot), [value], action, fail)
	}

	// The slot that the other follow action launches when it is jump.
	trackClipFollowBSlot { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/follow/b/slot".format(track, slot), [value], action, fail)
	}

	// After how many beats of playing the follow action is taken; 0 = never.
	trackClipFollowBeats { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/follow/beats".format(track, slot), [value], action, fail)
	}

	// The probability of the first follow action, 0 to 1.
	trackClipFollowChance { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/follow/chance".format(track, slot), [value], action, fail)
	}

	// The fader of a clip, 0 to 1; 0.75 = 0 dB, 1 = +6 dB.
	trackClipGain { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/gain".format(track, slot), [value], action, fail)
	}

	// Launch a clip at the next boundary of the quantum, or at the exact time of an OSC bundle.
	trackClipLaunch { |track, slot, quantum, action, fail|
		this.call("/track/%/clip/%/launch".format(track, slot), [quantum], action, fail, \record)
	}

	// Whether a clip goes on at the place where the one was that it replaces.
	trackClipLegato { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/legato".format(track, slot), [value], action, fail)
	}

	// The level of a clip in decibels, -144 to +6.
	trackClipLevel { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/level".format(track, slot), [value], action, fail)
	}

	// Load a stem of the library into a slot; answers when it is ready to play.
	trackClipLoad { |track, slot, stem, action, fail|
		this.call("/track/%/clip/%/load".format(track, slot), [stem], action, fail, \record)
	}

	// Load an audio file of the daemon's machine into a slot; one that the library does not have is taken in first.
	trackClipLoadFile { |track, slot, path, action, fail|
		this.call("/track/%/clip/%/load/file".format(track, slot), [path], action, fail, \record)
	}

	// Whether a clip goes round or plays once, from its next launch on; a one-shot never goes round.
	trackClipLoop { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/loop".format(track, slot), [value], action, fail)
	}

	// The beat of a clip at which its loop goes round, counted from its first frame.
	trackClipLoopEnd { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/loop/end".format(track, slot), [value], action, fail)
	}

	// The frame of a clip before which its loop goes round.
	trackClipLoopEndFrame { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/loop/end/frame".format(track, slot), [value], action, fail)
	}

	// The beat of a clip with which its loop begins, counted from its first frame.
	trackClipLoopStart { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/loop/start".format(track, slot), [value], action, fail)
	}

	// The frame of a clip with which its loop begins.
	trackClipLoopStartFrame { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/loop/start/frame".format(track, slot), [value], action, fail)
	}

	// What pressing a clip does: trigger, gate (until released), toggle, or repeat on each boundary.
	trackClipMode { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/mode".format(track, slot), [value], action, fail)
	}

	// The name of what lies in a slot.
	trackClipName { |track, slot, action, fail|
		this.call("/track/%/clip/%/name".format(track, slot), [], action, fail)
	}

	// The beat of its loop that a clip plays, counted from its launch; 0 = it does not play.
	trackClipPosition { |track, slot, action, fail|
		this.call("/track/%/clip/%/position".format(track, slot), [], action, fail)
	}

	// Press a clip (above 0) or release it (0), as a pad does; its mode says what follows.
	trackClipPress { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/press".format(track, slot), [value], action, fail)
	}

	// How a clip is interpolated: linear, cubic or sinc, from cheapest to best.
	trackClipQuality { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/quality".format(track, slot), [value], action, fail)
	}

	// The grid in beats that a clip's launches wait for; -1 = the session's.
	trackClipQuantum { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/quantum".format(track, slot), [value], action, fail)
	}

	// Whether a clip plays backwards, from its next launch on.
	trackClipReverse { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/reverse".format(track, slot), [value], action, fail)
	}

	// What a slot does: empty, stopped, queued, playing or stopping.
	trackClipState { |track, slot, action, fail|
		this.call("/track/%/clip/%/state".format(track, slot), [], action, fail)
	}

	// The stem that lies in a slot.
	trackClipStem { |track, slot, action, fail|
		this.call("/track/%/clip/%/stem".format(track, slot), [], action, fail)
	}

	// The transposition of a clip in semitones, -12 to 12.
	trackClipTranspose { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/transpose".format(track, slot), [value], action, fail)
	}

	// How a clip follows the tempo: repitch (as a tape), beats (its slices move) or stretch (its pitch stays).
	trackClipWarp { |track, slot, value, action, fail|
		this.call("/track/%/clip/%/warp".format(track, slot), [value], action, fail)
	}

	// Whether a track is heard on the cue bus: before its fader, muted or not.
	trackCue { |track, value, action, fail|
		this.call("/track/%/cue".format(track), [value], action, fail)
	}

	// The fader of a track, 0 to 1; 0.75 = 0 dB, 1 = +6 dB.
	trackGain { |track, value, action, fail|
		this.call("/track/%/gain".format(track), [value], action, fail)
	}

	// Find a stem by a sentence, fit it to tempo and key, load it and launch it at the next boundary.
	trackLaunchPrompt { |track, prompt, slot, quantum, category, otherwise, action, fail|
		this.call("/track/%/launch/prompt".format(track), [prompt, slot, quantum, category, otherwise], action, fail, \record)
	}

	// The level of a track in decibels, -144 to +6.
	trackLevel { |track, value, action, fail|
		this.call("/track/%/level".format(track), [value], action, fail)
	}

	// Like what a track plays: what is like it comes earlier in searches; false takes it back.
	trackLike { |track, value, action, fail|
		this.call("/track/%/like".format(track), [value], action, fail, \record)
	}

	// Go one variation on when what a track plays goes round next: by an amount, whatever the fader says.
	trackMutate { |track, amount, action, fail|
		this.call("/track/%/mutate".format(track), [amount], action, fail, \record)
	}

	// How far what a track plays moves away from itself, variation by variation: 0 = not at all, 1 = the farthest.
	trackMutation { |track, value, action, fail|
		this.call("/track/%/mutation".format(track), [value], action, fail)
	}

	// How many bars each variation plays, whole rounds of the loop; 0 = one round.
	trackMutationBars { |track, value, action, fail|
		this.call("/track/%/mutation/bars".format(track), [value], action, fail)
	}

	// Keep the variation that plays now as a stem of the library, with what it was made of and how.
	trackMutationKeep { |track, action, fail|
		this.call("/track/%/mutation/keep".format(track), [], action, fail, \record)
	}

	// How variations are made: walk (through a taught model), style, slices, grains, or auto: what fits best.
	trackMutationKind { |track, value, action, fail|
		this.call("/track/%/mutation/kind".format(track), [value], action, fail)
	}

	// The number from which variations are made: the same one gives the same ones again.
	trackMutationSeed { |track, value, action, fail|
		this.call("/track/%/mutation/seed".format(track), [value], action, fail)
	}

	// The mutation of a track at once: its settings, what is heard of it, how many variations are ready.
	trackMutationState { |track, action, fail|
		this.call("/track/%/mutation/state".format(track), [], action, fail, \record)
	}

	// The stem whose timbre the kind style gives to what a track plays; 0 = none.
	trackMutationStyle { |track, value, action, fail|
		this.call("/track/%/mutation/style".format(track), [value], action, fail)
	}

	// Whether a track is silenced.
	trackMute { |track, value, action, fail|
		this.call("/track/%/mute".format(track), [value], action, fail)
	}

	// The name of a track.
	trackName { |track, value, action, fail|
		this.call("/track/%/name".format(track), [value], action, fail)
	}

	// Where a track goes: master, bus1, bus2 ... or none; its own outputs carry it in any case.
	trackOutput { |track, value, action, fail|
		this.call("/track/%/output".format(track), [value], action, fail)
	}

	// The balance of a track, -1 left to 1 right; in the centre both sides are untouched.
	trackPan { |track, value, action, fail|
		this.call("/track/%/pan".format(track), [value], action, fail)
	}

	// The slot that a track plays, 0 = none.
	trackPlaying { |track, action, fail|
		this.call("/track/%/playing".format(track), [], action, fail)
	}

	// The slot of a track whose launch waits, 0 = none.
	trackQueued { |track, action, fail|
		this.call("/track/%/queued".format(track), [], action, fail)
	}

	// Reject what a track plays: what is like it comes later in searches. It plays on; false takes it back.
	trackReject { |track, value, action, fail|
		this.call("/track/%/reject".format(track), [value], action, fail, \record)
	}

	// How much of a track goes to a bus besides, behind its fader: 0 to 1; 0.75 = 0 dB.
	trackSend { |track, bus, value, action, fail|
		this.call("/track/%/send/%".format(track, bus), [value], action, fail)
	}

	// How much of a track goes to a bus besides, in decibels, -144 to +6.
	trackSendLevel { |track, bus, value, action, fail|
		this.call("/track/%/send/%/level".format(track, bus), [value], action, fail)
	}

	// Whether a track is soloed; while any is, the others are silent. What it sends to buses stays audible.
	trackSolo { |track, value, action, fail|
		this.call("/track/%/solo".format(track), [value], action, fail)
	}

	// Stop what a track plays, at the next boundary of the quantum; a waiting launch is dropped.
	trackStop { |track, quantum, action, fail|
		this.call("/track/%/stop".format(track), [quantum], action, fail)
	}

	// Swap what a track plays for something like it, at the next boundary: darker, brighter, busier, less reverb.
	trackSwap { |track, adjective, quantum, otherwise, action, fail|
		this.call("/track/%/swap".format(track), [adjective, quantum, otherwise], action, fail, \record)
	}

	// Learn the character of a category from its stems; the music goes on. At least 8 stems are needed.
	train { |category, seed, epochs, most, generated, action, fail|
		this.call("/train", [category, seed, epochs, most, generated], action, fail, \record)
	}

	// Learn the character of every category that has enough stems, one after the other.
	trainAll { |seed, epochs, most, generated, action, fail|
		this.call("/train/all", [seed, epochs, most, generated], action, fail, \record)
	}

	// Jump to a beat; what sounds goes on, what waits for a boundary waits for it from there.
	transportLocate { |beat, action, fail|
		this.call("/transport/locate", [beat], action, fail)
	}

	// Shift what plays against the clock: positive = earlier, negative = later; nothing jumps.
	transportNudge { |milliseconds, action, fail|
		this.call("/transport/nudge", [milliseconds], action, fail)
	}

	// Let the transport run on from where it stands.
	transportPlay { |action, fail|
		this.call("/transport/play", [], action, fail)
	}

	// The beat that the engine plays now, counted from 0.
	transportPosition { |action, fail|
		this.call("/transport/position", [], action, fail)
	}

	// The grid in beats that launches and stops wait for when they name none: 4 = one bar, 0 = at once.
	transportQuantum { |value, action, fail|
		this.call("/transport/quantum", [value], action, fail)
	}

	// Whether the transport runs; setting it is play or stop.
	transportRunning { |value, action, fail|
		this.call("/transport/running", [value], action, fail)
	}

	// Let the transport stand: beats stop counting, queued launches wait; what sounds goes on.
	transportStop { |action, fail|
		this.call("/transport/stop", [], action, fail)
	}

	// Tap the tempo: from the second tap on the tempo follows; returns it in beats per minute.
	transportTap { |action, fail|
		this.call("/transport/tap", [], action, fail)
	}

	// The tempo in beats per minute, 20 to 999; loops and everything queued follow at once.
	transportTempo { |value, action, fail|
		this.call("/transport/tempo", [value], action, fail)
	}
}
