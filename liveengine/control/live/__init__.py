"""Live's names for our commands: clients of AbletonOSC find what they know. Runs on: event loop.

Of the addresses in AbletonOSC's README (github.com/ideoforms/AbletonOSC) these are answered, by `table.py`:
- application, api, view: all of them; `set/log_level` and `reload` are taken and change nothing
- song: all methods but those below; all properties but those below, `track_data`, `set/root_note`, `set/scale_name`
- track, clip_slot, scene: firing, stopping, deleting a clip, all properties of an audio track
- clip: fire, stop, all properties of an audio clip

What never changes here answers a get with the one value that it has, and cannot be set: loop, punch, record and overdub
of the song, the time signature (4/4), arm, colour, monitoring and devices (none) of a track, `pitch_fine` and `warping`
of a clip, clips of the arrangement (none).

These are refused, with `/live/error` and the address in it, for the instrument has no such thing: MIDI notes
(`clip/get|add|remove/notes`, `capture_midi`, `create_midi_track`), devices (`/live/device/...`), tracks and scenes
that come and go (`song/create_...`, `delete_...`, `duplicate_...`; an engine has as many as it was started with), cue
points (`cue_point/jump`, `jump_to_next_cue`, `jump_to_prev_cue`), routing but `output_routing_type`, `clips/color`,
recording into a slot (`trigger_session_record`, `create_clip`), `redo`, `duplicate_loop`, `set/name` of a clip (it is
called as its stem), `file_path`. `/live/startup` and `/live/song/beat` are sent by nobody's wish and therefore to
nobody: a server that has started cannot know its clients; `start_listen/beat` tells the beats.
"""
