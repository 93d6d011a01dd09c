//! Projects and organisations as an operator takes them in: what is said of every row, and what is not changed by it.

use crate::support::{Answer, Farm, says, watersmeet};

const LIST: &str = "id,title,summary,organisation,phase,url\n\
                    1,Damp homes,Mould is found late.,Riverton,private beta,https://riverton.example/damp\n\
                    2,Bins,,Tarn Council,soon,\n\
                    3,,,,beta,\n\
                    1,Damp again,,,,\n";

#[track_caller]
fn contains(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "“{part}” is not in:\n{said}");
    }
}

#[test]
fn a_list_of_projects_is_taken_in_once() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str], code| says(watersmeet(folder.path()).args(arguments), code);
    let file = folder.path().join("projects.csv");
    std::fs::write(&file, LIST).unwrap();
    let file = file.to_str().unwrap();
    contains(
        &run(&["import", file], 3),
        &[
            "2 projects taken, 0 changed, 0 unchanged, 2 refused.",
            "Line 3 (Bins): taken without a part: “soon” is no phase that is known here",
            "Line 4 (3): refused: it has neither a title nor a summary",
            "Line 5 (Damp again): refused: it is the same one as on line 2, which counts",
        ],
    );
    contains(&run(&["import", file], 3), &["0 projects taken, 0 changed, 2 unchanged, 2 refused."]);
    let lines = run(&["import", file, "--json"], 3);
    let fates: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        fates.iter().map(|row| row["fate"].as_str().unwrap()).collect::<Vec<_>>(),
        ["unchanged", "unchanged", "refused", "refused"]
    );
    std::fs::write(
        file,
        LIST.replace("Mould is", "Damp is").replace("3,,,,beta,\n", "").replace("1,Damp again,,,,\n", ""),
    )
    .unwrap();
    contains(&run(&["import", file], 0), &["0 projects taken, 1 changed, 1 unchanged, 0 refused."]);
}

#[test]
fn a_list_that_counts_from_one_too_changes_nobody_elses_projects() {
    let folder = tempfile::tempdir().unwrap();
    let import = |list: &str, code| {
        std::fs::write(folder.path().join("projects.csv"), list).unwrap();
        says(watersmeet(folder.path()).args(["import", "projects.csv"]), code)
    };
    import("id,title,organisation,phase\n1,Damp homes,Riverton Council,alpha\n2,Bins,Riverton Council,alpha\n", 0);
    let said = import("id,title,organisation,phase\n1,Parking,Tarn Council,beta\n2,Bins,Tarn Council,beta\n", 3);
    contains(
        &said,
        &[
            "0 projects taken, 1 changed, 0 unchanged, 1 refused.",
            "Line 2 (Parking): refused: another project here has this id",
        ],
    );
    let said = import("id,title,organisation,phase\n1,Damp and mould,Riverton Council,beta\n", 0);
    contains(&said, &["0 projects taken, 1 changed"]);
}

#[test]
fn what_a_list_is_of_is_said_where_it_is_not_certain() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("list.csv");
    std::fs::write(&file, "name,url\nDamp,https://riverton.example/damp\n").unwrap();
    let run = |arguments: &[&str]| {
        let output = watersmeet(folder.path()).arg("import").arg(&file).args(arguments).output().unwrap();
        (
            output.status.code(),
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)),
        )
    };
    let (code, said) = run(&[]);
    assert_eq!(code, Some(1));
    contains(
        &said,
        &[
            "--as sources, --as projects or --as organisations",
            "its columns (name, url) could be of sources or of projects",
        ],
    );
    let (code, said) = run(&["--as", "projects"]);
    assert_eq!(code, Some(0), "{said}");
    contains(&said, &["1 project taken"]);
}

#[test]
fn the_register_comes_with_the_program_and_sources_are_placed_by_hand_too() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str], code| says(watersmeet(folder.path()).args(arguments), code);
    contains(&run(&["import", "--councils"], 0), &["470 organisations taken, 0 changed, 0 unchanged, 0 refused."]);
    contains(&run(&["import", "--councils"], 0), &["0 organisations taken, 0 changed, 470 unchanged"]);
    let list = folder.path().join("list.txt");
    std::fs::write(&list, "https://weeknotes.example/feed\n").unwrap();
    run(&["import", list.to_str().unwrap()], 0);
    let sources: serde_json::Value = serde_json::from_str(&run(&["source", "list", "--json"], 0)).unwrap();
    let slug = sources[0]["slug"].as_str().unwrap().to_owned();
    contains(&run(&["source", "belongs", &slug, "leeds"], 0), &["belongs to Leeds City Council from now on"]);
    contains(&run(&["source", "belongs", &slug, "--nobody"], 0), &["belongs to nobody here from now on"]);
    run(&["source", "belongs", &slug, "nowhere"], 1);
}

#[test]
fn many_rows_in_an_old_encoding_are_taken_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("many.csv");
    let mut rows = b"id;title;summary;phase\r\n".to_vec();
    for n in 0..3_000 {
        rows.extend(format!("{n};Project {n};").into_bytes());
        rows.extend(b"caf\xe9 \x96 and more;Alpha\r\n");
    }
    std::fs::write(&file, rows).unwrap();
    let said = says(watersmeet(folder.path()).args(["import", file.to_str().unwrap()]), 0);
    contains(&said, &["3000 projects taken, 0 changed, 0 unchanged, 0 refused."]);
}

#[test]
fn a_publiccode_file_is_a_project_and_a_bad_one_is_told_why() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("publiccode.yml");
    let import = |yaml: &str, code| {
        std::fs::write(&file, yaml).unwrap();
        says(watersmeet(folder.path()).args(["import", file.to_str().unwrap()]), code)
    };
    let damp = "publiccodeYmlVersion: '0.4'\nname: Damp reports\nurl: https://code.example/riverton/damp\n\
                developmentStatus: beta\nlegal:\n  license: EUPL-1.2\n  mainCopyrightOwner: Riverton Council\n\
                description:\n  en:\n    shortDescription: Tenants report damp.\n";
    contains(&import(damp, 0), &["1 project taken, 0 changed, 0 unchanged, 0 refused."]);
    contains(&import(damp, 0), &["0 projects taken, 0 changed, 1 unchanged, 0 refused."]);
    contains(&import(&damp.replace("beta", "stable"), 0), &["0 projects taken, 1 changed"]);
    let level = |n: usize| format!("b{n}: &b{n} [{}]\n", vec![format!("*b{}", n - 1); 10].join(", "));
    let bomb = "publiccodeYmlVersion: '0.4'\nname: A\nb0: &b0 x\n".to_owned() + &(1..10).map(level).collect::<String>();
    contains(&import(&bomb, 3), &["0 projects taken", "Line 1: refused: it holds far more than any such file"]);
    contains(&import(&damp.replace("name: ", "name: : "), 3), &["Line 1: refused: it is no YAML: line 2, column "]);
    // What was there is still there.
    contains(&import(&damp.replace("beta", "stable"), 0), &["1 unchanged"]);
}

#[test]
fn a_projects_page_is_a_draft_until_somebody_says_yes() {
    let folder = tempfile::tempdir().unwrap();
    let farm = Farm::start(|_, path| {
        match path {
        "/damp" => Answer {
            content_type: "text/html; charset=utf-8",
            ..Answer::feed(
                "<!doctype html><title>Damp – Riverton</title><nav>Home</nav><main><h1>Damp homes</h1>\
                 <p>We look at damp before it becomes mould in homes.</p><h2>The problem</h2><p>Mould is found late.</p>\
                 <h2>Phase</h2><p>Private beta</p></main>"
                    .to_owned(),
            )
        },
        "/code/publiccode.yml" => Answer {
            content_type: "text/plain",
            ..Answer::feed("publiccodeYmlVersion: '0.4'\nname: Damp code\nurl: https://code.example/damp\n".to_owned())
        },
        _ => Answer::status(404),
    }
    });
    let run = |arguments: &[&str], code| says(watersmeet(folder.path()).args(arguments), code);
    let organisations =
        format!("name,code,type,website\nRiverton Council,R,council,http://riverton.localhost:{}/\n", farm.port);
    let register = folder.path().join("register.csv");
    std::fs::write(&register, organisations).unwrap();
    run(&["import", register.to_str().unwrap(), "--as", "organisations"], 0);
    let page = format!("http://riverton.localhost:{}/damp", farm.port);
    let draft = run(&["import", &page], 0);
    contains(
        &draft,
        &[
            "A draft from the page http://riverton.localhost",
            "title        Damp homes\n               – its first heading",
            "problem      Mould is found late.\n               – below “The problem”",
            "phase        beta",
            "organisation Riverton Council\n               – whose site the page is on",
            "publiccode.yml answers 404",
            "Nothing was taken in yet: the same command with “--yes” does.",
        ],
    );
    contains(&run(&["import", &page, "--yes"], 0), &["1 project taken."]);
    contains(&run(&["import", &page, "--yes"], 0), &["1 project unchanged."]);
    let again: serde_json::Value = serde_json::from_str(&run(&["import", &page, "--json"], 0)).unwrap();
    assert_eq!((again["fate"].as_str(), again["here_as"].as_str()), (Some("draft"), Some("damp-homes")));
    assert_eq!(again["changes"].as_array().map(Vec::len), Some(0), "{again}");

    let code = format!("http://riverton.localhost:{}/code/publiccode.yml", farm.port);
    contains(&run(&["import", &code], 0), &["1 project taken, 0 changed, 0 unchanged, 0 refused."]);
    contains(&run(&["import", &code], 0), &["0 projects taken, 0 changed, 1 unchanged"]);
    contains(&run(&["import", &code.replace("code/", "nowhere/")], 1), &["found no project: ", "answers 404"]);
}

#[test]
fn a_page_whose_project_came_from_a_list_is_not_told_twice() {
    let folder = tempfile::tempdir().unwrap();
    let farm = Farm::start(|_, path| match path {
        "/bins" => Answer { content_type: "text/html", ..Answer::feed("<!doctype html><h1>Bins</h1>".to_owned()) },
        _ => Answer::status(404),
    });
    let page = format!("http://riverton.localhost:{}/bins", farm.port);
    let list = folder.path().join("list.csv");
    std::fs::write(&list, format!("id,title,summary,url\nX1,Bins,s,{page}\n")).unwrap();
    let run = |arguments: &[&str], code| says(watersmeet(folder.path()).args(arguments), code);
    run(&["import", list.to_str().unwrap()], 0);
    contains(&run(&["import", &page], 0), &["it is here as “Bins”, from a list"]);
    contains(&run(&["import", &page, "--yes"], 1), &["came from a list as X1; change it there"]);
}

#[test]
fn an_editor_says_which_posts_tell_of_a_project() {
    let folder = tempfile::tempdir().unwrap();
    let farm = Farm::start(|_, path| {
        match path {
        "/feed" => Answer::feed(
            "<rss version='2.0'><channel><title>Riverton</title><item><guid>1</guid><title>Three weeks of listening</title>\
             <description>We sat with three repair teams while tenants rang about black mould. Nobody could tell them when \
             somebody would come, and half of the damp reports led to no repair at all.</description></item></channel></rss>"
                .to_owned(),
        ),
        _ => Answer::status(404),
    }
    });
    let run = |arguments: &[&str], code| says(watersmeet(folder.path()).args(arguments), code);
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    write("sources.txt", format!("http://riverton.localhost:{}/feed\n", farm.port));
    write(
        "register.jsonl",
        format!("{{\"name\":\"Riverton Council\",\"website\":\"http://riverton.localhost:{}/\"}}\n", farm.port),
    );
    write(
        "projects.jsonl",
        "{\"id\":\"p1\",\"title\":\"Damp and mould reports\",\"summary\":\"Tenants report damp and mould, and hear nothing until \
         it has made somebody ill. A report should lead to a repair.\",\"organisation\":\"Riverton Council\"}\n\
         {\"id\":\"p2\",\"title\":\"Missed bins\",\"summary\":\"Crews hear of missed bins late.\",\"organisation\":\"Riverton Council\"}\n"
            .to_owned(),
    );
    run(&["import", "sources.txt"], 0);
    run(&["import", "register.jsonl", "--as", "organisations"], 0);
    run(&["import", "projects.jsonl"], 0);
    contains(&run(&["update", "list"], 0), &["0 questions waiting."]);
    run(&["poll"], 0);
    contains(
        &run(&["update", "list"], 0),
        &[
            "1. Does “Three weeks of listening” (Riverton) tell of “Damp and mould reports”? (waiting for you)",
            "1 question waiting.",
        ],
    );
    let checked = watersmeet(folder.path()).arg("check").output().unwrap();
    contains(&String::from_utf8_lossy(&checked.stdout), &["One post may tell of a project", "watersmeet update list"]);
    contains(&run(&["update", "show", "1"], 0), &["because  both say ", "/projects/damp-and-mould-reports"]);
    contains(&run(&["update", "reject", "1"], 0), &["(it does not; “accept” takes it back)"]);
    contains(&run(&["update", "reject", "1"], 1), &["question 1 is answered so already"]);
    contains(&run(&["update", "accept", "1"], 0), &["(it does; “reject” takes it back)"]);
    let told: serde_json::Value = serde_json::from_str(&run(&["update", "list", "--json"], 0)).unwrap();
    assert_eq!(
        (told[0]["state"].as_str(), told[0]["project"].as_str()),
        (Some("accepted"), Some("damp-and-mould-reports"))
    );
    contains(&run(&["update", "accept", "9"], 1), &["there is no question 9; “watersmeet update list” shows them all"]);
}

#[test]
fn an_editor_says_what_posts_and_projects_are_about_and_that_lasts() {
    let folder = tempfile::tempdir().unwrap();
    let farm = Farm::start(|_, path| {
        match path {
        "/feed" | "/copy" => Answer::feed(
            "<rss version='2.0'><channel><title>Riverton</title><item><guid>1</guid><title>Black mould in our flats</title>\
             <link>https://riverton.example/mould</link><description>Notes.</description></item></channel></rss>"
                .to_owned(),
        ),
        _ => Answer::status(404),
    }
    });
    let run = |arguments: &[&str], code| says(watersmeet(folder.path()).args(arguments), code);
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    write("sources.txt", format!("http://riverton.localhost:{}/feed\n", farm.port));
    let project = |summary: &str| format!("{{\"id\":\"p1\",\"title\":\"Missed bins\",\"summary\":\"{summary}\"}}\n");
    write("projects.jsonl", project("Crews hear of them late."));
    run(&["import", "sources.txt"], 0);
    run(&["import", "projects.jsonl", "--as", "projects"], 0);
    run(&["poll"], 0);

    contains(&run(&["topic", "list"], 0), &["Homes\n  housing-repairs ", "  bins ", "120 topics."]);
    contains(
        &run(&["topic", "show", "missed bins"], 0),
        &["Bins and recycling: ", "  service   524 Which day the refuse is collected", "  near      bulky-waste"],
    );
    contains(
        &run(&["topic", "show", "rubish"], 1),
        &["there is no topic “rubish”; “watersmeet topic list” shows them all"],
    );
    contains(
        &run(&["topic", "of", "1"], 0),
        &[
            "“Black mould in our flats” is about 1 topic.",
            "Damp and mould (damp-and-mould): Its title says “Black mould”.",
        ],
    );
    let original = "https://riverton.example/mould";
    contains(
        &run(&["topic", "unset", original, "damp-and-mould"], 0),
        &["“Black mould in our flats” is about 0 topics."],
    );
    contains(&run(&["topic", "unset", "1", "damp-and-mould"], 1), &["nothing changes"]);
    contains(&run(&["topic", "set", "/post/1/x", "the homes"], 1), &["there is no topic “the homes”; near it are "]);
    contains(
        &run(&["topic", "set", "/post/1/x", "Council and social homes"], 0),
        &["is about 1 topic.", "Council and social homes (council-homes): An editor says so."],
    );
    contains(&run(&["search", "topic:council-homes"], 0), &["Black mould in our flats"]);
    assert!(!run(&["search", "topic:damp-and-mould"], 0).contains("Black mould in our flats"));
    contains(&run(&["topic", "forget", "1", "damp-and-mould"], 0), &["is about 2 topics."]);
    contains(&run(&["search", "topic:damp-and-mould"], 0), &["Black mould in our flats"]);
    contains(&run(&["topic", "of", "9"], 1), &["there is no post 9"]);
    // What is said of a copy is said of the post that stands for it.
    write("copies.txt", format!("http://otter.localhost:{}/copy\n", farm.port));
    run(&["import", "copies.txt"], 0);
    run(&["poll"], 0);
    contains(&run(&["topic", "of", "2"], 0), &["Council and social homes (council-homes): An editor says so."]);
    contains(&run(&["topic", "of", "p1"], 0), &["“Missed bins” is about"]);

    contains(&run(&["topic", "unset", "missed-bins", "bins"], 0), &["“Missed bins” is about 0 topics."]);
    write("projects.jsonl", project("Crews hear of missed bins late. Missed bins are many."));
    run(&["import", "projects.jsonl", "--as", "projects"], 0);
    contains(&run(&["topic", "of", "/projects/missed-bins"], 0), &["“Missed bins” is about 0 topics."]);
    let told: serde_json::Value = serde_json::from_str(&run(&["topic", "show", "bins", "--json"], 0)).unwrap();
    assert_eq!((told["said"][0]["project"].as_i64(), told["said"][0]["is_about"].as_bool()), (Some(1), Some(false)));
    contains(&run(&["topic", "of", "nowhere"], 1), &["no post and no project here is “nowhere”"]);
}
