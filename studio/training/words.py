"""Everyday words around the starter's world, and how the starter reads them.

`FORMS` are other forms of what it knows, read without a remark. The related words of every axis are told to
the person first ("I don't know 'dragon'; the nearest I can draw is 'bird'") and then read as that word.
`IGNORED` carry no meaning for it and are passed over. All lower case.
"""

from __future__ import annotations

# known word → other forms of the same word
FORMS: dict[str, str] = {
    "ball": "balls",
    "cat": "cats",
    "kitten": "kittens",
    "kitty": "kitties",
    "bird": "birds birdie",
    "sparrow": "sparrows",
    "car": "cars",
    "automobile": "automobiles",
    "boat": "boats",
    "ship": "ships",
    "sailboat": "sailboats",
    "rocket": "rockets",
    "spaceship": "spaceships spacecraft",
    "bouncing": "bounce bounces bounced bouncy",
    "jumping": "jump jumps jumped",
    "hopping": "hop hops hopped",
    "moving": "move moves moved movement",
    "going": "go goes went gone",
    "rolling": "roll rolls rolled",
    "flying": "fly flies flew flown",
    "walking": "walk walks walked",
    "running": "run runs ran",
    "gliding": "glide glides glided",
    "driving": "drive drives drove driven",
    "racing": "race races raced",
    "sailing": "sail sails sailed",
    "drifting": "drift drifts drifted",
    "rising": "rise rises rose risen",
    "floating": "float floats floated",
    "taking": "take takes",
    "playing": "play plays played playful playfully",
    "dancing": "dance dances danced",
    "swaying": "sway sways swayed",
    "swinging": "swing swings swung",
    "left": "leftward leftwards",
    "right": "rightward rightwards",
    "up": "upward upwards",
    "down": "downward downwards",
    "beach": "beaches",
    "sandy": "sands",
    "field": "fields",
    "flowers": "flower",
    "city": "cities",
    "street": "streets",
    "buildings": "building",
    "sea": "seas",
    "ocean": "oceans",
    "water": "waters",
    "waves": "wave",
    "mountains": "mountain",
    "snowy": "snow snows",
    "stars": "star starry",
    "planet": "planets",
    "day": "days daylight",
    "sunset": "sunsets",
    "evening": "evenings",
    "sunny": "sun",
    "sunshine": "sunlight sunlit",
    "night": "nights nighttime",
    "moon": "moonlight moonlit moons",
    "dark": "darkness",
    "cartoon": "cartoons",
    "drawing": "drawings draw",
    "picture": "pictures",
    "sketch": "sketches sketched sketchy",
    "animation": "animations animated",
    "little": "small tiny",
    "golden": "gold",
    "purple": "purplish",
    "pink": "pinkish",
    "red": "reddish",
    "blue": "bluish",
    "green": "greenish",
    "yellow": "yellowish",
    "crimson": "crimsons",
}

OBJECTS: dict[str, str] = {
    "ball": """
        balloon balloons basketball football soccer tennis baseball volleyball marble marbles sphere
        orb globe bubble bubbles circle disc disk dot beachball bead pearl apple tomato peach cherry
        plum melon watermelon pumpkin coconut egg button coin wheel tyre tire hoop ring snowball
        bowling golf billiard puck toy object thing stone rock pebble boulder berry grape fruit
        cookie donut doughnut pizza cake cupcake head face smiley emoji lantern lamp bulb drop
        droplet raindrop box cube block square triangle diamond gem jewel crystal heart shape balls
    """,
    "cat": """
        dog dogs puppy puppies hound fox foxes wolf wolves lion lions tiger tigers leopard panther
        cheetah lynx puma jaguar bear bears panda cub rabbit rabbits bunny bunnies hare mouse mice
        rat rats hamster squirrel hedgehog raccoon badger otter beaver skunk weasel ferret mole
        horse horses pony foal donkey zebra giraffe elephant rhino hippo hippopotamus camel llama
        alpaca cow cows bull calf sheep lamb goat goats pig pigs piglet deer fawn moose elk reindeer
        kangaroo koala monkey monkeys ape gorilla chimpanzee lizard frog frogs toad turtle tortoise
        crocodile alligator dinosaur dinosaurs snake snakes animal animals pet pets creature beast
        monster feline tomcat tabby kittycat person people man woman boy girl child children kid
        kids baby human robot robots astronaut pirate knight princess king queen wizard witch hero
        superhero dancer clown elf dwarf gnome troll zombie ghost alien aliens unicorn mermaid teddy
        doll puppet snowman spider ant beetle crab snail caterpillar worm
    """,
    "bird": """
        dragon dragons eagle eagles hawk falcon owl owls parrot parrots budgie canary finch robin
        swallow crow raven magpie pigeon pigeons dove doves seagull seagulls gull albatross pelican
        stork heron flamingo swan goose geese duck ducks duckling chicken chickens chick hen rooster
        turkey peacock penguin penguins ostrich hummingbird woodpecker kingfisher bat bats butterfly
        butterflies moth bee bees wasp dragonfly ladybug ladybird mosquito insect insects fairy
        angel phoenix griffin pegasus kite kites plane planes airplane airplanes aeroplane aircraft
        jet jets helicopter helicopters drone drones glider parachute wing wings feather feathers
        fowl pterodactyl
    """,
    "car": """
        truck trucks lorry van vans bus buses taxi taxis cab cabs jeep limousine limo convertible
        sedan suv minivan pickup ambulance tractor bulldozer digger excavator train trains tram
        locomotive subway metro motorbike motorcycle scooter bike bikes bicycle bicycles tricycle
        cart wagon carriage tank vehicle vehicles auto racecar racer roadster ferrari porsche tesla
        skateboard sledge sled sleigh trolley forklift crane camper caravan trailer house houses
        home hut cabin cottage castle
    """,
    "boat": """
        yacht yachts canoe canoes kayak ferry ferries raft rafts dinghy steamer steamboat liner
        cruiser tanker barge gondola submarine submarines catamaran schooner galleon frigate warship
        battleship speedboat motorboat rowboat lifeboat tug tugboat trawler vessel vessels ark
        titanic anchor surfboard surfer fish fishes shark sharks whale whales dolphin dolphins seal
        seals octopus squid jellyfish seahorse lobster salmon tuna goldfish
    """,
    "rocket": """
        shuttle missile missiles ufo saucer satellite satellites probe capsule comet comets meteor
        meteors asteroid asteroids firework fireworks torpedo bullet arrow spear spacecrafts
        starship lander booster launcher lighthouse tower skyscraper pencil candle bottle tree trees
        cactus palm christmas
    """,
}

COLOURS: dict[str, str] = {
    "red": """
        scarlet ruby maroon burgundy vermilion carmine brick rust rusty wine brown chestnut mahogany
        auburn
    """,
    "orange": """
        amber apricot tangerine copper bronze coral terracotta ginger peachy carrot caramel tan
        ochre
    """,
    "yellow": "lemon blond blonde mustard saffron cream creamy beige ivory khaki honey",
    "green": "emerald lime olive mint jade turquoise teal moss mossy lush",
    "blue": "navy azure cyan aqua indigo cobalt sapphire ultramarine denim",
    "purple": "lilac lavender mauve magenta amethyst aubergine black ebony coal charcoal",
    "pink": "rosy fuchsia blush",
    "white": "silver silvery gray grey pale colourless transparent glass metallic pearly milky",
}

MOTIONS: dict[str, str] = {
    "bouncing": """
        bob bobs bobbing leap leaps leaping leapt skip skips skipping spring springs springing
        dribble dribbling dribbles trampoline vault vaulting hurdle pounce pouncing bound bounding
        fall falls falling fell drop drops dropping
    """,
    "left": "west westward westwards leftside backwards backward reverse reversing",
    "right": """
        east eastward eastwards rightside forward forwards ahead cross crosses crossing travel
        travels travelling traveling speed speeding speeds rush rushing rushes ride rides riding
        cruise cruising cruises swim swims swimming swam slide slides sliding chase chasing chases
        march marching trot trotting gallop galloping crawl crawling crawls jog jogging sprint
        sprinting hurry hurrying stroll strolling wander wandering pass passes passing escape
        escaping flee fleeing follow following come comes coming arrive arriving leave leaving zoom
        zooming dash dashing paddle paddling row rowing
    """,
    "rising": """
        ascend ascends ascending soar soars soaring soared climb climbs climbing climbed lift lifts
        lifting launch launches launching launched hover hovers hovering levitate levitating blast
        blasting grow growing grows high higher
    """,
    "playing": """
        spin spins spinning rotate rotates rotating turn turns turning twirl twirling whirl whirling
        wiggle wiggles wiggling wobble wobbles wobbling rock rocks rocking shake shakes shaking
        tumble tumbling waving frolic frolicking romp romping tease teasing jiggle jiggling shimmy
        groove grooving party partying celebrate celebrating laugh laughing sing singing smile
        smiling sleep sleeping sit sits sitting stand stands standing stay staying rest resting lie
        lying wait waiting look looking looks watch watching eat eating eats drink drinking cook
        cooking read reading work working fight fighting hunt hunting explore exploring relax
        relaxing
    """,
}

PLACES: dict[str, str] = {
    "beach": """
        shore seashore coast coastal coastline seaside bay island islands dune dunes desert sahara
        sandcastle lagoon cove tropical hawaii caribbean surf riviera
    """,
    "sunflowers": """
        meadow meadows garden gardens grass grassy lawn park parks farm farms farmland countryside
        orchard vineyard wheat corn crop crops prairie pasture savanna savannah jungle forest
        forests wood woods woodland rainforest bush bushes hedge daisy daisies tulip tulips roses
        poppy poppies lily lilies blossom blossoms bloom blooming petals leaf leaves plant plants
        yard backyard zoo playground
    """,
    "city": """
        town towns village villages road roads avenue boulevard highway motorway bridge bridges
        downtown skyline skyscrapers apartment apartments office station airport market plaza alley
        lane pavement sidewalk traffic metropolis paris london york tokyo berlin rome school church
        hospital shop shops store mall room rooms kitchen bedroom indoors inside classroom studio
        stage theatre stadium arena circus court gym hall window roof rooftop
    """,
    "sea": """
        lake lakes river rivers pond ponds pool pools stream streams waterfall waterfalls harbour
        harbor port marina canal fjord underwater reef tide tides pacific atlantic mediterranean wet
        puddle aquarium dock pier gulf
    """,
    "mountains": """
        hill hills hilltop cliff cliffs peak peaks summit valley valleys alps himalayas everest
        volcano volcanoes canyon ice icy glacier glaciers arctic antarctica winter polar iceberg
        rocky highland highlands sky skies cloud clouds cloudy air heaven heavens horizon landscape
        nature fog foggy mist misty rain rainy rainbow storm stormy wind windy
    """,
    "space": """
        galaxy galaxies universe cosmos cosmic nebula orbit mars venus jupiter saturn pluto neptune
        uranus earth world lunar solar milkyway constellation eclipse aurora interstellar spacewalk
    """,
}

LIGHTS: dict[str, str] = {
    "day": "morning noon midday afternoon daybreak summer summery lunchtime",
    "sunset": """
        sunrise dawn twilight sundown nightfall gloaming afterglow autumn romantic warm glowing glow
    """,
    "night": "midnight dim gloomy shadow shadows shadowy nocturnal neon spooky",
}

STYLES: dict[str, str] = {
    "cartoon": """
        anime manga comic comics disney pixar vector illustration illustrated clipart pixel retro
        vintage photorealistic realistic photo photograph photographic cinematic film movie video
        footage render rendered hyperrealistic lifelike
    """,
    "crayon": """
        chalk pastel pastels painting painted paint watercolour watercolor oil scribble scribbled
        doodle doodles ink handmade impressionist gogh monet picasso artistic art
    """,
}

IGNORED = """
    a an the some any this that these those it its it's i you he she we they me him her us them my your
    his our their is are was were be been being am do does did has have had having with without and or
    but so then than as of in on at to from by for into onto over under above below near beside between
    behind through across along around against during while when where who which what how very really
    quite just only also too more most much many few one two three four five six several lot lots pair
    couple single other another each every all both there here now again always never slowly slow
    quickly quick fast gently gentle softly soft happy happily sad cute nice beautiful beautifully
    pretty lovely wonderful amazing awesome great good big large huge giant enormous gigantic long short
    tall wide narrow old young new fresh clean simple funny silly cheerful joyful calm peaceful quiet
    quietly silent lonely lively colourful colorful vivid vibrant rich shiny shining glossy smooth sharp
    detailed highly quality best masterpiece view shot scene clip show shows showing shown see seen
    please make makes made making generate create give let put like close far away out off back side
    front middle centre center top bottom next towards toward about out still continuous continuously
    loop looping style background foreground
"""
